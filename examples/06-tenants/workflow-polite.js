// Ten small steps, one after the other: what they wait for is mostly their turn.
export class Workflow {
  async start(data, headers, api) {
    await api.scheduleNextStep({ action: 'next', payload: { left: 9 } });
  }

  async next({ left }, headers, api) {
    await api.runStore.increment('done');
    if (left > 1) await api.scheduleNextStep({ action: 'next', payload: { left: left - 1 } });
  }
}
