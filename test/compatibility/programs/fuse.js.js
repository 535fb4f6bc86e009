import Fuse from 'fuse.js';

const products = [
  { sku: 'A', title: 'Darjeeling tea', tags: ['black'] },
  { sku: 'B', title: 'Sencha', tags: ['green', 'tea'] },
  { sku: 'C', title: 'Chocolate cake', tags: ['sweet'] },
];

export class Workflow {
  async start(data, headers, api) {
    const fuse = new Fuse(products, {
      keys: [{ name: 'title', weight: 2 }, 'tags'],
      includeMatches: true,
      threshold: 0.4,
    });
    const found = fuse.search('darjelling').map(({ item, matches }) => [item.sku, matches[0].key]);
    fuse.add({ sku: 'D', title: 'Tea cake', tags: [] });
    await api.runStore.set(
      'tea',
      fuse.search('tea').map(({ item }) => item.sku),
    );
    return found;
  }
}
