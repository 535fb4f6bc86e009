import CRC32 from 'crc-32';

export class Workflow {
  async start(data, headers, api) {
    const seed = CRC32.str('123456');
    await api.runStore.set('continued', CRC32.str('789', seed) === CRC32.str('123456789'));
    await api.runStore.set('bytes', CRC32.buf(new Uint8Array([0xde, 0xad])) >>> 0);
    return (CRC32.str('123456789') >>> 0).toString(16);
  }
}
