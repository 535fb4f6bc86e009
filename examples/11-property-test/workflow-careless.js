// The same, with a mistake that no single run needs to show: what is read may have changed when something else is set.
export class Workflow {
  async start({ items }, headers, api) {
    await api.runStore.set('left', items.length);
    for (const item of items) await api.scheduleNextStep({ action: 'pack', payload: item });
  }

  async pack(item, headers, api) {
    await api.runStore.push('packed', item);
    const left = (await api.runStore.get('left')) - 1;
    await api.runStore.set('left', left);
    if (left === 0) await api.scheduleNextStep({ action: 'ship' });
  }

  async ship(data, headers, api) {
    await api.runStore.push('shipped', await api.runStore.get('packed'));
  }
}
