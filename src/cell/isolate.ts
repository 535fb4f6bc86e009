// The isolates of V8: the only importer of isolated-vm. Each one here has a second pair of hands on it, the watchdog's, so
// it may be gone between any two lines: whoever ends it comes first or second, and both are well.
import ivm from 'isolated-vm';

export type Isolate = ivm.Isolate;
export type Context = ivm.Context;
export type Module = ivm.Module;
export type Script = ivm.Script;
export type Reference<T = unknown> = ivm.Reference<T>;

/** isolated-vm takes no lower limit. */
const smallestIsolateMb = 8;

export function createIsolate(memoryMb: number): Isolate {
  return new ivm.Isolate({ memoryLimit: Math.max(memoryMb, smallestIsolateMb) });
}

/** Ends what runs in it, on whatever thread, and frees it. Idempotent. */
export function disposeIsolate(isolate: Isolate): void {
  try {
    isolate.dispose();
  } catch (error) {
    if (!isolate.isDisposed) throw error;
  }
}
