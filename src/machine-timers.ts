// Node's timers and times, as they were when Stepwell was loaded. Fake timers that an embedder's tests install later (`vi.useFakeTimers()`,
// `jest.useFakeTimers()`) replace the globals, and would stop the runner's heartbeats, its deadlines and its event loop with them.
const { clearImmediate, clearInterval, clearTimeout, queueMicrotask, setImmediate, setInterval, setTimeout } =
  globalThis;
const machineTime = Date.now;
const monotonicTime = performance.now.bind(performance);

export {
  clearImmediate,
  clearInterval,
  clearTimeout,
  /** The machine's time, in ms since the epoch: it can be set. */
  machineTime,
  /** In ms, from some time on. It only goes forward, at an even pace, and may stand still while the machine is suspended. */
  monotonicTime,
  queueMicrotask,
  setImmediate,
  setInterval,
  setTimeout,
};
