// Says what must hold of a workflow however its steps come about, and has it tried with a hundred seeds.
import { readFile } from 'node:fs/promises';
import { explore, type Invariant, InvariantBroken } from '../../src/testing.ts'; // In a project of your own: from 'stepwell/testing'

const items = ['kettle', 'cup', 'spoon', 'tea', 'sugar'];

const invariants: Record<string, Invariant> = {
  'the run completes': ({ outcome }) => outcome.status === 'completed',
  'one parcel is shipped': ({ outcome }) => (outcome.store['shipped'] as unknown[] | undefined)?.length === 1,
  'every item is in it': ({ outcome }) => {
    const [parcel] = outcome.store['shipped'] as string[][];
    return parcel?.toSorted().join() === items.toSorted().join();
  },
};

for (const file of ['workflow.js', 'workflow-careless.js']) {
  const workflow = await readFile(new URL(file, import.meta.url), 'utf8');
  try {
    const { seeds, retried, moved } = await explore({ workflow, data: { items }, invariants });
    const way = `${retried > 0 ? 'attempts failed' : 'no attempt failed'}, ${moved > 0 ? 'threads were lost' : 'no thread was lost'}`;
    console.log(`${file}: all invariants held for ${seeds} seeds; on the way ${way}.`);
  } catch (error) {
    if (!(error instanceof InvariantBroken)) throw error;
    console.log(`${file}: ${error.message}`);
  }
}
