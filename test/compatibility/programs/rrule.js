import { datetime, RRule, rrulestr } from 'rrule';

export class Workflow {
  async start(data, headers, api) {
    const rule = new RRule({
      freq: RRule.MONTHLY,
      byweekday: [RRule.FR.nth(-1)],
      dtstart: datetime(2024, 1, 1, 9, 0),
      count: 4,
    });
    const text = rule.toString();
    await api.scheduleNextStep({ action: 'next', payload: text });
    return { text: rule.toText(), dates: rule.all().map((date) => date.toISOString()) };
  }

  async next(text, headers, api) {
    await api.runStore.set(
      'next',
      rrulestr(text)
        .after(datetime(2024, 2, 24))
        .toISOString(),
    );
  }
}
