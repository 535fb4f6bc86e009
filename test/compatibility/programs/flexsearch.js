import { Document, Index } from 'flexsearch';

export class Workflow {
  async start(data, headers, api) {
    const index = new Index({ tokenize: 'forward' });
    for (const [id, text] of ['black tea', 'green tea', 'carrot cake'].entries()) index.add(id, text);
    const documents = new Document({ document: { id: 'id', index: ['title', 'text'] } });
    documents.add({ id: 1, title: 'Tea', text: 'Leaves in hot water' });
    documents.add({ id: 2, title: 'Cake', text: 'Flour, eggs and sugar' });
    await api.runStore.set('found', documents.search('cake'));
    return [index.search('te'), index.search('carr')];
  }
}
