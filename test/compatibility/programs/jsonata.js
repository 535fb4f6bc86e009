import jsonata from 'jsonata';

const order = {
  lines: [
    { sku: 'A', price: 2.5, n: 4 },
    { sku: 'B', price: 7, n: 1 },
    { sku: 'A', price: 2.5, n: 2 },
  ],
};

export class Workflow {
  async start(data, headers, api) {
    const total = await jsonata('$sum(lines.(price * n))').evaluate(order);
    const bySku = await jsonata('lines{sku: $sum(n)}').evaluate(order);
    await api.scheduleNextStep({ action: 'map', payload: order });
    return { total, bySku };
  }

  async map(value, headers, api) {
    const expression = jsonata('lines[price > $limit].{ "code": $lowercase(sku), "twice": $double(n) }');
    expression.registerFunction('double', (n) => n * 2, '<n:n>');
    await api.runStore.set('dear', await expression.evaluate(value, { limit: 5 }));
  }
}
