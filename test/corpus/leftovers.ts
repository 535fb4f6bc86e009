// What a runner might leave behind in its embedder: child processes, threads, ports and pipes.
import { readdirSync, readFileSync } from 'node:fs';

const kinds: readonly string[] = ['MessagePort', 'PipeWrap', 'ProcessWrap', 'Worker'];

export function handles(): readonly string[] {
  return process
    .getActiveResourcesInfo()
    .filter((kind) => kinds.includes(kind))
    .toSorted();
}

/** Process ids of children of any thread of this process. Where there is no /proc, `ProcessWrap` among the handles tells. */
export function children(): readonly string[] {
  if (process.platform !== 'linux') return [];
  const tasks = readdirSync('/proc/self/task');
  return tasks.flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean));
}

/** Ends are told in later turns of the event loop: asks until it is as it was before, and for the last time after so many. */
export async function inTime(
  ask: () => readonly string[],
  before: readonly string[],
  turns = 1_000,
): Promise<readonly string[]> {
  for (let turn = 0; turn < turns && String(ask()) !== String(before); turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  return ask();
}
