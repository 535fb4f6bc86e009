// `increment` is atomic and returns the new value. A negative delta counts down.
class Workflow {
  async start(data, headers, api) {
    const up = await api.runStore.increment('processedCount');
    const again = await api.runStore.increment('processedCount');
    const down = await api.runStore.increment('processedCount', -1);
    console.log('processedCount:', up, again, down);

    for (let i = 0; i < 10; i++) await api.scheduleNextStep({ action: 'count' });
    return { up, again, down };
  }

  // Ten of these run at the same time, and yet no two of them see the same number.
  async count(data, headers, api) {
    const ticket = await api.runStore.increment('tickets');
    await api.runStore.push('given', ticket);
  }
}
