// Runs attacks in an embedder that is a process of its own, and tells how it fared. It is killed when it says nothing for
// too long.
import { type ChildProcess, fork } from 'node:child_process';
import type { Closed, Order, Report } from './embedder.ts';
import type { Trial } from './trial.ts';

export interface Fared {
  /** Of the attacks that ended, in order, and the most memory that the process had taken until then. */
  readonly trials: readonly { readonly trial: Trial; readonly peakMb: number }[];
  /** `exited`: by itself, with nothing left. `died`: nobody had told it to. `late`: it had to be killed. */
  readonly end: 'exited' | 'died' | 'late';
  /** What it died of, for the reader of a failed test. */
  readonly words: string;
  /** The most memory that it had taken before its first attack. */
  readonly readyMb: number;
  readonly closed: Closed | null;
}

/** A process begins, loads the runner and runs one canary in this time, whatever the machine is busy with. */
const startMs = 60_000;

/** `patienceMs`: from one report to the next. */
export async function embed(order: Order, patienceMs: number): Promise<Fared> {
  const child = fork(new URL('./embedder.ts', import.meta.url), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning', '--import', new URL('../built-hooks.ts', import.meta.url).href],
  });
  const trials: Fared['trials'][number][] = [];
  let readyMb = 0;
  let closed: Closed | null = null;
  let isLate = false;
  const expire = (): void => {
    isLate = true;
    child.kill('SIGKILL');
  };
  let timer = setTimeout(expire, startMs);
  child.on('message', (report: Report) => {
    clearTimeout(timer);
    timer = setTimeout(expire, patienceMs);
    if (report.kind === 'ready') readyMb = report.peakMb;
    if (report.kind === 'ended') trials.push(report);
    if (report.kind === 'closed') closed = report;
  });
  child.send(order);
  const { end, words } = await ended(child);
  clearTimeout(timer);
  return { trials, end: isLate ? 'late' : end, words, readyMb, closed };
}

function ended(child: ChildProcess): Promise<{ end: 'exited' | 'died'; words: string }> {
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-2_000);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ end: code === 0 ? 'exited' : 'died', words: `${signal ?? code}: ${words}` });
    });
  });
}
