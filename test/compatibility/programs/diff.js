import { applyPatch, createPatch, diffChars, diffWords } from 'diff';

export class Workflow {
  async start(data, headers, api) {
    const [before, after] = ['tea\nmilk\nsugar\n', 'tea\noat milk\nsugar\ncake\n'];
    const patch = createPatch('list', before, after);
    await api.scheduleNextStep({ action: 'apply', payload: { before, patch } });
    return {
      patch,
      words: diffWords('a red tea', 'a green tea').map(({ value, added, removed }) => [value, !!added, !!removed]),
    };
  }

  async apply({ before, patch }, headers, api) {
    await api.runStore.set('applied', applyPatch(before, patch));
    await api.runStore.set(
      'distance',
      diffChars('kitten', 'sitting').filter((part) => part.added || part.removed).length,
    );
  }
}
