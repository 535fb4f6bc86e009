import regenerator from 'regenerator-runtime';

// As an old compiler writes `function* () { yield 1; try { yield 2; } finally { … } }`.
const numbers = regenerator.mark(function numbers() {
  return regenerator.wrap((context) => {
    for (;;) {
      context.prev = context.next;
      switch (context.prev) {
        case 0:
          context.next = 2;
          return 1;
        case 2:
          context.next = 4;
          return 2;
        default:
          return context.stop();
      }
    }
  }, numbers);
});

export class Workflow {
  async start(data, headers, api) {
    await api.runStore.set('text', String(numbers()));
    return [...numbers()];
  }
}
