import { parse, tokenizer } from 'acorn';

export class Workflow {
  async start(data, headers, api) {
    const tree = parse('const total = lines.reduce((sum, { price }) => sum + price, 0);', { ecmaVersion: 'latest' });
    const { init } = tree.body[0].declarations[0];
    const words = [...tokenizer('a?.b ** 2n', { ecmaVersion: 2022 })].map(({ type }) => type.label);
    await api.runStore.set('words', words);
    try {
      parse('let let = 1;', { ecmaVersion: 2022 });
    } catch (error) {
      await api.runStore.set('refused', [error.name, error.message, error.loc.line]);
    }
    return { type: init.type, method: init.callee.property.name, parameters: init.arguments[0].params.length };
  }
}
