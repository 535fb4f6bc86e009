import JSZip from 'jszip';

export class Workflow {
  async start(data, headers, api) {
    const zip = new JSZip();
    const date = new Date(Date.UTC(2024, 0, 1));
    zip.file('hello.txt', 'Hello, wörld! '.repeat(50), { date });
    zip.folder('data').file('orders.json', JSON.stringify([1, 2, 3]), { date });
    const bytes = await zip.generateAsync({ type: 'uint8array', compression: 'DEFLATE' });
    const read = await JSZip.loadAsync(bytes);
    await api.runStore.set('names', Object.keys(read.files));
    return { text: (await read.file('hello.txt').async('string')).length, isSmall: bytes.length < 600 };
  }
}
