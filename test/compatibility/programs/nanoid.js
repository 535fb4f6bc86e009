import { customAlphabet, nanoid } from 'nanoid';

export class Workflow {
  async start(data, headers, api) {
    const ids = new Set(Array.from({ length: 200 }, () => nanoid()));
    const code = customAlphabet('ABC123', 8);
    await api.runStore.set('code', /^[ABC123]{8}$/.test(code()));
    return { different: ids.size, wellFormed: [...ids].every((id) => /^[\w-]{21}$/.test(id)) };
  }
}
