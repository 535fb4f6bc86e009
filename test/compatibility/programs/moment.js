import moment from 'moment';

export class Workflow {
  async start(data, headers, api) {
    const signed = moment.utc('2024-01-31T08:00:00Z');
    const ends = signed.clone().add(1, 'month').startOf('day');
    await api.scheduleNextStep({
      action: 'describe',
      payload: { signed: signed.toISOString(), ends: ends.toISOString() },
    });
    return {
      ends: ends.format('dddd, MMMM Do YYYY'),
      quarter: ends.quarter(),
      valid: moment.utc('2024-02-30').isValid(),
    };
  }

  async describe({ signed, ends }, headers, api) {
    await api.runStore.set('left', moment.utc(ends).from(moment.utc(signed)));
    await api.runStore.set('length', moment.duration(moment.utc(ends).diff(signed)).humanize());
  }
}
