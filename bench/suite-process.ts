// Each suite is measured in a process of its own: what one leaves behind, in the heap and in compiled code, is no other one's to carry.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SuiteOptions, SuiteResult } from './report.ts';
import { suites } from './suites/index.ts';

interface Asked {
  readonly name: string;
  readonly options: SuiteOptions;
}

/** Throws if the process ends before it has told its figures. */
export async function runSuite(name: string, options: SuiteOptions): Promise<readonly SuiteResult[]> {
  const child = fork(fileURLToPath(import.meta.url));
  const ended = once(child, 'exit').then(() => null);
  child.send({ name, options } satisfies Asked);
  const answer = await Promise.race([once(child, 'message'), ended]);
  if (answer === null) throw new Error(`The suite ${name} has ended without an answer.`);
  child.disconnect();
  await ended;
  return answer[0] as SuiteResult[];
}

if (process.send !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) {
  // When it has been told the figures, or has gone before that, whatever a suite has left running ends, and what it has put on disk goes.
  process.once('disconnect', () => process.exit());
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  const [{ name, options }] = (await once(process, 'message')) as [Asked];
  process.send((await suites[name]?.(options)) ?? []);
}
