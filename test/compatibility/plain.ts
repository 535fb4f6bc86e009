// What a bundled workflow gives in plain Node: the answer that the sandbox has to give as well.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface PlainOutcome {
  readonly output: unknown;
  readonly store: Readonly<Record<string, unknown>>;
}

/** Rejects with what the workflow threw. */
export async function runPlainly(source: string): Promise<PlainOutcome> {
  const thread = new Worker(new URL('./plain-thread.ts', import.meta.url), { workerData: source });
  try {
    const [outcome]: PlainOutcome[] = await once(thread, 'message');
    if (outcome === undefined) throw new Error('The thread said nothing.');
    return outcome;
  } finally {
    await thread.terminate();
  }
}
