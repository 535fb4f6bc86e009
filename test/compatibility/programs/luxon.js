import { DateTime, Duration, Interval } from 'luxon';

export class Workflow {
  async start(data, headers, api) {
    const call = DateTime.fromObject({ year: 2024, month: 2, day: 28, hour: 22 }, { zone: 'utc' });
    const next = call.setZone('UTC+5:30').plus({ days: 1 });
    await api.scheduleNextStep({ action: 'invite', payload: next.toISO() });
    return { next: next.toISO(), week: next.weekNumber, hours: next.diff(call, 'hours').hours };
  }

  async invite(iso, headers, api) {
    const time = DateTime.fromISO(iso, { setZone: true }).setLocale('de');
    await api.runStore.set('invitation', time.toLocaleString(DateTime.DATE_HUGE));
    await api.runStore.set('slots', Interval.after(time, { hours: 2 }).splitBy({ minutes: 45 }).length);
    await api.runStore.set('length', Duration.fromISO('PT2H45M').shiftTo('minutes').minutes);
  }
}
