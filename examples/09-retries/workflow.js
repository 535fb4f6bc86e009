// Three calls to the outside: one that fails twice, one that can never succeed, and what to do so that none counts twice.
export class Workflow {
  async start(data, headers, api) {
    await api.scheduleNextStep({ action: 'charge', payload: { cents: 1_250 } });
    await api.scheduleNextStep({ action: 'sendTo', payload: { address: 'nowhere' } });
  }

  async charge({ cents }, headers, api) {
    // What the step has done before it failed is not done again: this counts one charge, not three.
    await api.runStore.increment('charges');
    const receipt = await chargeCard({ cents, idempotencyKey: api.idempotencyKey }, api.attempt);
    await api.runStore.set('receipt', receipt);
  }

  async sendTo({ address }, headers, api) {
    if (address.includes('@')) return;
    // It will be no better the next time.
    throw Object.assign(new Error('That is no address'), { retryable: false });
  }
}

// Stands for a payment service that is down for two calls. One that knows the key charges once, however often it is asked.
async function chargeCard({ cents, idempotencyKey }, call) {
  if (call <= 2) throw new Error('The payment service does not answer');
  return { cents, idempotencyKey };
}
