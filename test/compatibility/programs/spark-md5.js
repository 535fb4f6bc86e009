import SparkMD5 from 'spark-md5';

export class Workflow {
  async start(data, headers, api) {
    const parts = new SparkMD5();
    for (const part of ['Hello', ' ', 'wörld']) parts.append(part);
    await api.scheduleNextStep({ action: 'compare', payload: parts.end() });
    const bytes = new Uint8Array([1, 2, 3]);
    return { text: SparkMD5.hash('abc'), bytes: SparkMD5.ArrayBuffer.hash(bytes.buffer) };
  }

  async compare(hash, headers, api) {
    await api.runStore.set('same', hash === SparkMD5.hash('Hello wörld'));
  }
}
