import { DateTime, Duration, Interval, Settings } from 'luxon';

Settings.throwOnInvalid = true;

export class Workflow {
  async start(data, headers, api) {
    const call = DateTime.fromObject({ year: 2024, month: 3, day: 30, hour: 12 }, { zone: 'Europe/Berlin' });
    // The clocks go forward in between: one day later is 23 hours later.
    const next = call.plus({ days: 1 });
    await api.scheduleNextStep({ action: 'invite', payload: next.toISO() });
    return { hours: next.diff(call, 'hours').hours, offset: next.toFormat('ZZ'), utc: next.toUTC().toISO() };
  }

  async invite(iso, headers, api) {
    const time = DateTime.fromISO(iso, { zone: 'America/New_York' });
    await api.runStore.set('invitation', time.setLocale('en').toLocaleString(DateTime.DATETIME_FULL));
    await api.runStore.set('slots', Interval.after(time, { hours: 2 }).splitBy({ minutes: 45 }).length);
    await api.runStore.set('length', Duration.fromISO('PT2H45M').shiftTo('minutes').minutes);
  }
}
