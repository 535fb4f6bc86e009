// `queueMicrotask`. What the callback throws surfaces as an unhandled rejection, as there is nobody to catch it.
import { TypeErrorOf } from '../primordials.ts';

export function queueMicrotask(callback: unknown): void {
  if (typeof callback !== 'function') {
    throw new TypeErrorOf(`queueMicrotask expects a function, got a value of type ${typeof callback}.`);
  }
  void callLater(callback as () => unknown);
}

async function callLater(callback: () => unknown): Promise<void> {
  await undefined;
  callback();
}
