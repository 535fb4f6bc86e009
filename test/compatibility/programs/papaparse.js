import Papa from 'papaparse';

export class Workflow {
  async start(data, headers, api) {
    const text = 'sku;quantity;note\nA-1;3;"said ""hi"";\nthen left"\nB-2;5;\n';
    const { data: rows, errors, meta } = Papa.parse(text, { header: true, dynamicTyping: true, skipEmptyLines: true });
    await api.scheduleNextStep({ action: 'write', payload: rows });
    return { rows, errors, delimiter: meta.delimiter };
  }

  async write(rows, headers, api) {
    await api.runStore.set('csv', Papa.unparse(rows, { quotes: [true, false, false] }));
  }
}
