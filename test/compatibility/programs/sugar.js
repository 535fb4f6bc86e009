import Sugar from 'sugar';

Sugar.extend();

export class Workflow {
  async start(data, headers, api) {
    await api.runStore.set('title', 'tea and cake'.titleize());
    return { sum: [1, 2, 3].sum(), groups: ['a', 'bb', 'cc'].groupBy('length'), first: (3).times((n) => n * n) };
  }
}
