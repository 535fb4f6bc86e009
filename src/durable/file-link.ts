// The main thread's end of the line to the thread that holds the file: what is said, what is asked, and that every question gets an
// answer, or the reason why not.
import { Worker } from 'node:worker_threads';
import { StepwellError } from '../errors.ts';
import type { Ask, FileReads, FileTask, FromFile, ToFile } from './messages.ts';

/** All but answers. */
export type FileNews = Exclude<FromFile, { kind: 'answer' | 'refused' }>;

export class FileLink {
  readonly #worker: Worker;
  readonly #now: () => number;
  readonly #asked: Map<number, PromiseWithResolvers<unknown>> = new Map();
  #questions = 0;
  /** Why nothing can be asked any more. */
  #end: StepwellError | null = null;
  /** Resolves when the thread has ended. */
  readonly closed: Promise<void>;

  constructor(task: FileTask, now: () => number, hear: (news: FileNews) => void) {
    this.#now = now;
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    this.#worker = new Worker(new URL(`./file-thread${extension}`, import.meta.url), {
      workerData: task,
      env: {},
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#worker.on('message', (message: FromFile) => {
      if (message.kind === 'answer' || message.kind === 'refused') return this.#answer(message);
      if (message.kind === 'failed') this.#finish(new StepwellError(message.code, message.message));
      hear(message);
    });
    this.#worker.on('error', (error) => {
      const failure = new StepwellError('STORE_UNAVAILABLE', `The store has failed: ${String(error)}`);
      this.#finish(failure);
      hear({ kind: 'failed', code: failure.code, message: failure.message });
    });
    this.closed = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#finish(closedError());
        resolve();
      });
    });
  }

  say(message: ToFile): void {
    this.#worker.postMessage(message);
  }

  /** Rejects with `STORE_…` or `RUNNER_CLOSED`. */
  readonly ask: Ask = async <K extends keyof FileReads>(what: K, about: Parameters<FileReads[K]>[0]) => {
    if (this.#end !== null) throw this.#end;
    const question = ++this.#questions;
    const asked = Promise.withResolvers<unknown>();
    this.#asked.set(question, asked);
    this.say({ kind: 'ask', question, what, about: about as never, now: this.#now() });
    return (await asked.promise) as ReturnType<FileReads[K]>;
  };

  /** What was said before is seen to first. */
  close(): Promise<void> {
    this.say({ kind: 'close' });
    this.#end ??= closedError(); // What has been asked before is still answered.
    return this.closed;
  }

  #answer(message: FromFile & { readonly kind: 'answer' | 'refused' }): void {
    const asked = this.#asked.get(message.question);
    this.#asked.delete(message.question);
    if (message.kind === 'answer') asked?.resolve(message.answer);
    else asked?.reject(new StepwellError(message.code, message.message));
  }

  #finish(why: StepwellError): void {
    this.#end ??= why;
    for (const { reject } of this.#asked.values()) reject(this.#end);
    this.#asked.clear();
  }
}

function closedError(): StepwellError {
  return new StepwellError('RUNNER_CLOSED', 'The runner is closed, and its store with it: make a new one.');
}
