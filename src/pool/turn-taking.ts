// Does one thing at a time, so that the time it takes is its own. Whose things took least comes first, what is before it included: who asks for
// much waits for himself, and what is soon done waits for nothing that takes long.
import { monotonicTime } from '../machine-timers.ts';

/** Does `task`, which takes about `likelyMs`, when its turn has come; gives what it gives. */
export type TurnTaking = <T>(tenant: string, likelyMs: number, task: () => Promise<T>) => Promise<T>;

interface Waiting {
  readonly likelyMs: number;
  readonly task: () => Promise<unknown>;
}

export function createTurnTaking(now: () => number = monotonicTime): TurnTaking {
  /** What waits, by tenant. */
  const waiting = new Map<string, Waiting[]>();
  /** What each tenant's took since nothing waited last. */
  const usedMs = new Map<string, number>();
  let isBusy = false;

  /** The tenant whose turn is next: of those that are as well off, the one that has waited longest. */
  function next(): string | undefined {
    let chosen: string | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const [tenant, [first]] of waiting) {
      const ms = (usedMs.get(tenant) ?? 0) + (first?.likelyMs ?? 0);
      if (ms >= least) continue;
      chosen = tenant;
      least = ms;
    }
    return chosen;
  }

  async function goOn(): Promise<void> {
    isBusy = true;
    for (let tenant = next(); tenant !== undefined; tenant = next()) {
      const tasks = waiting.get(tenant) ?? [];
      waiting.delete(tenant);
      const first = tasks.shift();
      if (tasks.length > 0) waiting.set(tenant, tasks); // Behind all others.
      const began = now();
      await first?.task();
      usedMs.set(tenant, (usedMs.get(tenant) ?? 0) + now() - began);
    }
    usedMs.clear();
    isBusy = false;
  }

  return (tenant, likelyMs, task) =>
    new Promise((resolve, reject) => {
      const tasks = waiting.get(tenant) ?? [];
      tasks.push({ likelyMs, task: () => task().then(resolve, reject) });
      waiting.set(tenant, tasks);
      if (!isBusy) void goOn();
    });
}

/** How long it takes to read such a source, if it is none that was made to take long: half a second for a MiB. */
export function likelyMsOf(source: string): number {
  return source.length / 2_000;
}
