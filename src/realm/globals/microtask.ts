// `queueMicrotask`. What the callback throws surfaces as an unhandled rejection, as there is nobody to catch it.

export function queueMicrotask(callback: unknown): void {
  if (typeof callback !== 'function') {
    throw new TypeError(`queueMicrotask expects a function, got a value of type ${typeof callback}.`);
  }
  void callLater(callback as () => unknown);
}

async function callLater(callback: () => unknown): Promise<void> {
  await undefined;
  callback();
}
