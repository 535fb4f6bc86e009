// A shop's webhook: each item of the order is packed, all at the same time.
export class Workflow {
  async start(order, headers, api) {
    for (const item of order.items) await api.scheduleNextStep({ action: 'pack', payload: { item } });
    return { items: order.items.length };
  }

  async pack({ item }, headers, api) {
    await new Promise((resolve) => setTimeout(resolve, 500)); // Stands for a call to the outside.
    await api.runStore.push('packed', item);
    console.log('Packed:', item);
  }
}
