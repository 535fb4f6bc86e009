import 'datejs';

export class Workflow {
  async start(data, headers, api) {
    const date = new Date(2024, 0, 31).addMonths(1);
    await api.runStore.set('friday', date.next().friday().toString('yyyy-MM-dd'));
    return date.toString('d. MMMM yyyy');
  }
}
