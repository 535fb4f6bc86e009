// One order, a hundred line items, a hundred steps that run at once. Each step is a fresh execution: what steps share
// goes through `api.runStore`, where nothing is lost, however many of them write at the same time.
export class Workflow {
  async start(data, headers, api) {
    for (const item of data.line_items) {
      await api.scheduleNextStep({ action: 'processItem', payload: item });
    }
    return { orderId: data.order_id, lineItems: data.line_items.length };
  }

  async processItem(item, headers, api) {
    // Stands for a call to the outside, such as a warehouse that takes its time to answer.
    await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 900));

    const totalCents = item.quantity * item.unit_price_cents;
    await api.runStore.push('results', { id: item.id, sku: item.sku, totalCents, status: 'done' });
    await api.runStore.increment('processedCount');
    await api.runStore.increment('totalCents', totalCents);
    if (item.quantity >= 6) console.log(`${item.title}: ${item.quantity} pieces, in a box of its own`);
  }

  async onWorkflowComplete(api) {
    const count = await api.runStore.get('processedCount');
    const totalCents = await api.runStore.get('totalCents');
    console.log(`All ${count} line items are done: ${(totalCents / 100).toFixed(2)} EUR in all`);
  }
}
