// The entry of a thread-pool worker that checks sources. The sources are not trusted: one that is TypeScript gets a
// further thread of its own, because it may break the type eraser for the thread that it runs in.
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { permissionsForThread } from '../permissions.ts';
import type { WorkflowReport } from '../workflow-report.ts';
import { type CheckResult, checkSource } from './check.ts';
import { reportOn } from './report.ts';
import { type EraseTypes, type Erasure, eraserLost } from './type-eraser.ts';

/** What is to be found out: whether the source may run, or all that can be said of it. */
export type CheckPurpose = 'admit' | 'report';

export interface CheckTask {
  readonly source: string;
  readonly purpose: CheckPurpose;
}

/** Rejects only if no thread can be started. How long a check may take is up to the pool, which can end this thread. */
export default function check({ source, purpose }: CheckTask): Promise<CheckResult | WorkflowReport> {
  return purpose === 'admit' ? checkInThread(source) : reportInThread(source);
}

export function checkInThread(source: string): Promise<CheckResult> {
  return readInThread(source, checkSource);
}

/** A source of so many characters is read within 100 ms, whatever else it says. */
const shortLength = 8_192;
/**
 * Regular expressions that may take minutes to be read, however short they are: acorn holds each two groups of one name against each other, and V8
 * writes out what a property of texts stands for.
 */
const slowPattern = /\(\?<|\\p/i;
/** Of `\w` and `\W`: where case does not count V8 copies what it has of a class for each of them. */
const wordClassesMost = 200;

/**
 * Whether a source may run, found out in the calling thread; null if that may take long, or it is typed or not in order: then {@link check}
 * reads it once more and says.
 */
export function checkAtOnce(source: string): (CheckResult & { readonly ok: true }) | null {
  if (source.length > shortLength || slowPattern.test(source)) return null;
  if ((source.match(/\\w/gi)?.length ?? 0) > wordClassesMost) return null;
  const result = checkSource(source, eraserLost);
  return result.ok ? result : null;
}

export function reportInThread(source: string): Promise<WorkflowReport> {
  return readInThread(source, reportOn);
}

async function readInThread<Result>(
  source: string,
  read: (source: string, erase: EraseTypes) => Result,
): Promise<Result> {
  let typed: string | undefined;
  const result = read(source, (text) => {
    typed = text;
    return eraserLost();
  });
  if (typed === undefined) return result;
  const erasure = await eraseInOwnThread(typed);
  return read(source, () => erasure);
}

function eraseInOwnThread(source: string): Promise<Erasure> {
  return new Promise((resolve) => {
    // Beside this file, and TypeScript or JavaScript like this file.
    const entry = new URL(`./type-eraser-thread${extname(import.meta.url)}`, import.meta.url);
    const execArgv = ['--disable-warning=ExperimentalWarning', ...permissionsForThread()]; // The warning is known, and pinned by tests.
    const thread = new Worker(entry, { workerData: source, execArgv, resourceLimits: { maxOldGenerationSizeMb: 128 } });
    let erasure = eraserLost();
    thread.on('message', (message: Erasure) => {
      erasure = message;
    });
    // `exit` follows, and the erasure stays lost.
    thread.on('error', () => undefined);
    thread.on('exit', () => resolve(erasure));
  });
}
