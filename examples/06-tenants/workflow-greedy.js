// Takes all it can get: three thousand steps that keep a processor busy.
export class Workflow {
  async start(data, headers, api) {
    for (let part = 0; part < 3_000; part++) await api.scheduleNextStep({ action: 'work', payload: { part } });
  }

  async work({ part }, headers, api) {
    let sum = 0;
    for (let i = 0; i < 20_000; i++) sum += i % (part + 1);
    await api.runStore.increment('sum', sum);
  }
}
