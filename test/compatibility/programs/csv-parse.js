import { parse } from 'csv-parse/browser/esm/sync';

export class Workflow {
  async start(data, headers, api) {
    const text = '# prices\nsku,price\n"A,1",2.50\nB,"7"\n';
    const rows = parse(text, {
      columns: true,
      comment: '#',
      cast: (value, { column }) => (column === 'price' ? Number(value) : value),
    });
    for (const { sku, price } of rows) await api.runStore.push(sku, price);
    return rows;
  }

  async onWorkflowComplete(api) {
    try {
      parse('a,b\n1\n', { columns: true });
    } catch (error) {
      await api.runStore.set('refused', `${error.code}: ${error.message}`);
    }
  }
}
