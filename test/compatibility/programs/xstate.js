import { assign, createActor, createMachine } from 'xstate';

const machine = createMachine({
  id: 'order',
  initial: 'open',
  context: { retries: 0 },
  states: {
    open: { on: { PAY: { target: 'paid', guard: ({ event }) => event.cents > 0 } } },
    paid: { on: { SHIP: 'sent', FAIL: { actions: assign({ retries: ({ context }) => context.retries + 1 }) } } },
    sent: { type: 'final' },
  },
});

export class Workflow {
  async start(data, headers, api) {
    const actor = createActor(machine).start();
    for (const event of [{ type: 'PAY', cents: 0 }, { type: 'PAY', cents: 5 }, { type: 'FAIL' }]) actor.send(event);
    await api.scheduleNextStep({ action: 'ship', payload: actor.getPersistedSnapshot() });
    return { state: actor.getSnapshot().value };
  }

  async ship(snapshot, headers, api) {
    const actor = createActor(machine, { snapshot }).start();
    actor.send({ type: 'SHIP' });
    const { value, status, context } = actor.getSnapshot();
    await api.runStore.set('ended', { value, status, context });
  }
}
