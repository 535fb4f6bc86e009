// What the signal of a start does: it ends the wait for something, and cancels runs.
import type { RunHandle } from './run.ts';

/** What the promise gives; rejects with the signal's reason as soon as that is aborted, whatever becomes of the promise then. */
export async function unlessAborted<T>(signal: AbortSignal | null, promise: Promise<T>): Promise<T> {
  if (signal === null) return promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort(); // It is not told again.
  try {
    return await Promise.race([aborted, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Runs that are cancelled when a signal is aborted. */
export class SignalledRuns {
  /** Of each signal that is listened to. */
  readonly #runs: WeakMap<AbortSignal, Set<RunHandle>> = new WeakMap();

  /** The signal is listened to for as long as the run is open: once, however often the run is started with it. */
  add(signal: AbortSignal, run: RunHandle): void {
    const runs = this.#runs.get(signal) ?? new Set();
    if (runs.has(run)) return;
    const cancel = (): void => void run.cancel(reasonOf(signal)).catch(() => {}); // Closed meanwhile: it has ended too.
    if (signal.aborted) return cancel();
    this.#runs.set(signal, runs.add(run));
    signal.addEventListener('abort', cancel, { once: true });
    const forget = (): void => {
      signal.removeEventListener('abort', cancel);
      runs.delete(run);
    };
    run.end.then(forget, forget);
  }
}

/** What an aborted signal says of itself. */
function reasonOf({ reason }: AbortSignal): string {
  if (reason instanceof Error) return reason.message;
  return typeof reason === 'object' ? 'aborted' : String(reason); // What an object says of itself is code, and may throw.
}
