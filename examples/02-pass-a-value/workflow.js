// Steps share no memory. A later step gets a value through the run store, or as its payload.
class Workflow {
  async start(data, headers, api) {
    await api.runStore.set('customerId', data.customer.id);
    await api.scheduleNextStep({ delay: 10, action: 'sendEmail', payload: { template: 'welcome' } });
  }

  async sendEmail(data, headers, api) {
    const customerId = await api.runStore.get('customerId');
    api.log('Sending to customer:', customerId);
    return { sent: true, template: data.template };
  }
}
