import { TZDate, tzOffset } from '@date-fns/tz';
import { addDays, format } from 'date-fns';

export class Workflow {
  async start(data, headers, api) {
    const evening = new TZDate(2024, 2, 30, 20, 0, 0, 'America/New_York');
    const next = addDays(evening, 1);
    await api.runStore.set('iso', next.toISOString());
    return { offset: tzOffset('Asia/Kolkata', new Date(0)), day: format(next, 'EEEE yyyy-MM-dd HH:mm xxx') };
  }
}
