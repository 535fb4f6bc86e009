// In place of `src/machine-timers.ts` in tests of parts that are driven by fake timers: looks up the globals at each call.
export const setTimeout = (...args: Parameters<typeof globalThis.setTimeout>) => globalThis.setTimeout(...args);
export const setInterval = (...args: Parameters<typeof globalThis.setInterval>) => globalThis.setInterval(...args);
export const setImmediate = (run: () => void) => globalThis.setImmediate(run);
export const clearTimeout = (timer?: NodeJS.Timeout) => globalThis.clearTimeout(timer);
export const clearInterval = (timer?: NodeJS.Timeout) => globalThis.clearInterval(timer);
export const clearImmediate = (timer?: NodeJS.Immediate) => globalThis.clearImmediate(timer);
export const queueMicrotask = (run: () => void) => globalThis.queueMicrotask(run);
export const machineTime = () => Date.now();
export const monotonicTime = () => performance.now();
