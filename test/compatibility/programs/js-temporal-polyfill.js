import { Temporal } from '@js-temporal/polyfill';

export class Workflow {
  async start(data, headers, api) {
    const call = Temporal.ZonedDateTime.from('2024-03-30T12:00[Europe/Berlin]');
    const next = call.add({ days: 1 });
    await api.runStore.set('until', call.until(next).toString());
    return [
      next.toString(),
      Temporal.PlainDate.from('2024-02-29').add({ years: 1 }).toString(),
      Temporal.Now.instant() instanceof Temporal.Instant,
    ];
  }
}
