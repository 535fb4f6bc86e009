import { evaluate, mean, parse, simplify } from 'mathjs/number';

export class Workflow {
  async start(data, headers, api) {
    const price = parse('base * (1 + rate) ^ years').compile();
    await api.runStore.set('mean', mean([1, 2, 3, 6]));
    await api.runStore.set('simpler', simplify('2 * x + 3 * x').toString());
    try {
      evaluate('2 +');
    } catch (error) {
      await api.runStore.set('refused', [error.name, error.message]);
    }
    return { grown: price.evaluate({ base: 100, rate: 0.5, years: 2 }), sum: evaluate('a * 2 + max(a, 7)', { a: 3 }) };
  }
}
