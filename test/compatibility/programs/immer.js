import { applyPatches, enableMapSet, enablePatches, produce, produceWithPatches } from 'immer';

enablePatches();
enableMapSet();

export class Workflow {
  async start(data, headers, api) {
    const before = {
      lines: [
        { sku: 'A', n: 1 },
        { sku: 'B', n: 2 },
      ],
      seen: new Set(['A']),
    };
    const [after, patches, undo] = produceWithPatches(before, (draft) => {
      draft.lines[0].n += 1;
      draft.lines.push({ sku: 'C', n: 9 });
      draft.seen.add('C');
    });
    await api.runStore.set('patches', patches);
    await api.runStore.set('undone', applyPatches(after, undo).lines);
    const same = produce(before, () => {});
    return {
      lines: after.lines,
      seen: [...after.seen],
      kept: before.lines[1] === after.lines[1],
      same: same === before,
    };
  }
}
