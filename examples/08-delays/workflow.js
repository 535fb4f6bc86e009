// Reminds of an invoice until it is paid, more and more rarely, and gives up after the third time.
const waits = ['3 days', '1 week', '2 weeks'];

export class Workflow {
  async start(invoice, headers, api) {
    await api.scheduleNextStep({ delay: waits[0], action: 'remind', payload: { ...invoice, count: 1 } });
  }

  async remind(invoice, headers, api) {
    console.log(`Reminder ${invoice.count} for ${invoice.number}`);
    const delay = waits[invoice.count];
    if (delay === undefined) return api.scheduleNextStep({ delay: '60 days', action: 'giveUp', payload: invoice });
    await api.scheduleNextStep({ delay, action: 'remind', payload: { ...invoice, count: invoice.count + 1 } });
  }

  async giveUp(invoice, headers, api) {
    console.log(`${invoice.number} goes to the lawyer`);
  }
}
