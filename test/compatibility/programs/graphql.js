import { buildSchema, graphql, parse, print, validate } from 'graphql';

const schema = buildSchema('type Item { sku: ID! price: Int } type Query { items(above: Int = 0): [Item!]! }');
const items = [
  { sku: 'A', price: 3 },
  { sku: 'B', price: () => 8 },
];

export class Workflow {
  async start(data, headers, api) {
    const rootValue = { items: async ({ above }) => (above > 5 ? items.slice(1) : items) };
    await api.scheduleNextStep({ action: 'check', payload: '{ items(above: "x") { sku, cost } }' });
    return graphql({ schema, rootValue, source: '{ all: items { sku price } dear: items(above: 6) { sku } }' });
  }

  async check(source, headers, api) {
    const document = parse(source);
    await api.runStore.set(
      'errors',
      validate(schema, document).map(({ message }) => message),
    );
    await api.runStore.set('printed', print(document));
  }
}
