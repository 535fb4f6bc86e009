import { chunk, cloneDeep, debounce, get, groupBy, merge, orderBy, set, sumBy, template } from 'lodash-es';

const lines = [
  { sku: 'A', n: 2 },
  { sku: 'B', n: 5 },
  { sku: 'A', n: 1 },
];

export class Workflow {
  async start(data, headers, api) {
    const totals = Object.entries(groupBy(lines, 'sku')).map(([sku, group]) => ({ sku, n: sumBy(group, 'n') }));
    const settings = merge({ a: { list: [1, 2] } }, { a: { list: [3], more: true } });
    await api.runStore.set('chunks', chunk(orderBy(lines, ['n'], ['desc']), 2));
    await api.runStore.set(
      'text',
      template('<% for (const t of totals) { %><%- t.sku %>=<%= t.n %>;<% } %>')({ totals }),
    );
    const copy = set(cloneDeep(settings), 'a.b[1].c', 7);
    const later = await new Promise((resolve) => debounce(resolve, 5)('called'));
    return { totals, settings, deep: get(copy, 'a.b[1].c'), later };
  }
}
