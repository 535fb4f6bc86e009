// Runs of one step of one tenant that begin at a fixed pace, whatever has become of those before: a run that waits is counted
// with all of its waiting.
import type { Runner } from '../src/index.ts';

const victim = `class Workflow { async start(data, headers, api) { return api.runStore.increment('n'); } }`;

/** Times from start to result, in ms, after `disturb` has begun. Throws if a run does not end well. Closes the runner. */
export async function openLoop(
  runner: Runner,
  { runs, everyMs }: { readonly runs: number; readonly everyMs: number },
  disturb: (runner: Runner) => Promise<void> = async () => {},
): Promise<number[]> {
  const times: number[] = [];
  const one = async (): Promise<void> => {
    const began = performance.now();
    const { status, output } = await (await runner.start({ tenant: 'B', workflow: victim })).result();
    if (status !== 'completed' || output !== 1) throw new Error(`A run of B is ${status}.`);
    times.push(performance.now() - began);
  };
  for (let i = 0; i < 20; i++) await one();
  times.length = 0;
  await disturb(runner);
  const all: Promise<void>[] = [];
  for (let i = 0; i < runs; i++) {
    all.push(one());
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  await Promise.all(all);
  await runner.close();
  return times;
}
