// Ops that one step awaits one after the other, in a process of its own, as the ceiling of them has one.
import { benchRunner, runFanOut } from '../workflows.ts';
import { type Load, serve } from './serve.ts';

const runners = {
  thread: await benchRunner(1, {}, { containment: 'thread' }),
  process: await benchRunner(1, {}, { containment: 'process' }),
};

function awaited(containment: keyof typeof runners): Load {
  return (count) => runFanOut(runners[containment], 'increment', 1, count);
}

serve({ thread: awaited('thread'), process: awaited('process') }, async () => {
  await Promise.all(Object.values(runners).map((runner) => runner.close()));
});
