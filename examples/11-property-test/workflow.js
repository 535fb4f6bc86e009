// Packs the items of an order, each in a step of its own, and ships the parcel when the last one is packed.
export class Workflow {
  async start({ items }, headers, api) {
    await api.runStore.set('left', items.length);
    for (const item of items) await api.scheduleNextStep({ action: 'pack', payload: item });
  }

  async pack(item, headers, api) {
    await api.runStore.push('packed', item);
    const left = await api.runStore.increment('left', -1);
    if (left === 0) await api.scheduleNextStep({ action: 'ship' });
  }

  async ship(data, headers, api) {
    await api.runStore.push('shipped', await api.runStore.get('packed'));
  }
}
