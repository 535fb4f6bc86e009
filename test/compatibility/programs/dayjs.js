import dayjs from 'dayjs';
import customParseFormat from 'dayjs/plugin/customParseFormat';
import duration from 'dayjs/plugin/duration';
import utc from 'dayjs/plugin/utc';
import 'dayjs/locale/fr';

dayjs.extend(utc);
dayjs.extend(duration);
dayjs.extend(customParseFormat);

export class Workflow {
  async start(data, headers, api) {
    const booked = dayjs.utc('31/01/2024 09:30', 'DD/MM/YYYY HH:mm');
    const end = booked.add(1, 'month').endOf('day');
    await api.scheduleNextStep({ action: 'tell', payload: end.toISOString() });
    return { end: end.toISOString(), hours: end.diff(booked, 'hour'), length: dayjs.duration(5400, 's').toISOString() };
  }

  async tell(end, headers, api) {
    await api.runStore.set('french', dayjs.utc(end).locale('fr').format('dddd D MMMM YYYY'));
  }
}
