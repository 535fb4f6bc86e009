import { applyPatch, compare } from 'fast-json-patch';

export class Workflow {
  async start(data, headers, api) {
    const before = { status: 'open', lines: [{ sku: 'A' }, { sku: 'B' }] };
    const after = { status: 'sent', lines: [{ sku: 'A', n: 2 }], by: 'ann' };
    const patch = compare(before, after);
    await api.scheduleNextStep({ action: 'apply', payload: { before, patch } });
    return patch;
  }

  async apply({ before, patch }, headers, api) {
    await api.runStore.set('after', applyPatch(before, patch, true).newDocument);
    try {
      applyPatch({}, [{ op: 'remove', path: '/none' }], true);
    } catch (error) {
      await api.runStore.set('refused', error.name);
    }
  }
}
