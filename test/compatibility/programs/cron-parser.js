import { CronExpressionParser } from 'cron-parser';

export class Workflow {
  async start(data, headers, api) {
    const interval = CronExpressionParser.parse('30 2 * * 1-5', {
      currentDate: '2024-03-29T12:00:00Z',
      tz: 'Europe/Berlin',
    });
    const times = [interval.next(), interval.next(), interval.next()].map((date) => date.toISOString());
    await api.runStore.set('first', times[0]);
    return times;
  }
}
