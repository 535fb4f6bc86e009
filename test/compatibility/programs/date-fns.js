import { addBusinessDays, differenceInCalendarDays, eachWeekendOfInterval, format, isLeapYear, parse } from 'date-fns';
import { de } from 'date-fns/locale/de';

export class Workflow {
  async start(data, headers, api) {
    const ordered = parse('29.02.2024', 'dd.MM.yyyy', new Date(2024, 0, 1));
    const due = addBusinessDays(ordered, 10);
    await api.scheduleNextStep({ action: 'remind', payload: { due: format(due, 'yyyy-MM-dd') } });
    return { due: format(due, 'yyyy-MM-dd'), days: differenceInCalendarDays(due, ordered), leap: isLeapYear(ordered) };
  }

  async remind({ due }, headers, api) {
    const date = parse(due, 'yyyy-MM-dd', new Date(2024, 0, 1));
    const weekends = eachWeekendOfInterval({ start: new Date(2024, 1, 29), end: date });
    await api.runStore.set('text', format(date, "EEEE, d. MMMM yyyy 'um' HH:mm", { locale: de }));
    await api.runStore.set('weekendDays', weekends.length);
  }
}
