// Ctrl-C and its kin, while a run goes on: the first asks for an orderly end, the second ends the process at once.
import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption {
  /** What the process should exit with: null if it was not interrupted. */
  readonly exitStatus: number | null;
  /** From here on signals do what they do by default. */
  release(): void;
}

export function onInterruption(stop: () => void): Interruption {
  let exitStatus: number | null = null;
  const listen = (signal: (typeof signals)[number]): void => {
    // Threads in which hostile code runs may never end; then an exit in good order would not end either.
    if (exitStatus !== null) process.kill(process.pid, 'SIGKILL');
    exitStatus = 128 + constants.signals[signal];
    stop();
  };
  for (const signal of signals) process.on(signal, listen);
  return {
    get exitStatus() {
      return exitStatus;
    },
    release() {
      for (const signal of signals) process.removeListener(signal, listen);
    },
  };
}
