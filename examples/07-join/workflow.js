// Fan out, then join: `onWorkflowComplete` runs once, when the last branch has ended, and finds what all of them wrote.
export class Workflow {
  async start(data, headers, api) {
    await api.runStore.set('title', data.title);
    for (const shop of data.shops) await api.scheduleNextStep({ action: 'count', payload: shop });
  }

  async count({ name, sales }, headers, api) {
    if (sales.some((sale) => sale < 0)) {
      throw Object.assign(new Error(`${name} has a sale below zero`), { retryable: false });
    }
    const total = sales.reduce((sum, sale) => sum + sale, 0);
    await api.runStore.push('totals', { name, total });
  }

  // Branches end in any order: sort what has to have one.
  async onWorkflowComplete(api) {
    const totals = (await api.runStore.get('totals')) ?? [];
    const shops = totals.sort((a, b) => b.total - a.total);
    const sum = shops.reduce((all, { total }) => all + total, 0);
    await api.runStore.set('report', { title: await api.runStore.get('title'), sum, shops });
    await api.runStore.delete('totals');
    await api.runStore.delete('title');
  }

  // Called at the first failure, while other branches may still run.
  async onWorkflowError(error, api) {
    await api.runStore.set('report', { problem: error.message });
  }
}
