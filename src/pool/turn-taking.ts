// Does one thing at a time, so that the time it takes is its own. Tenants take turns: who asks for much waits for himself.

/** Does `task` when its turn has come; gives what it gives. */
export type TurnTaking = <T>(tenant: string, task: () => Promise<T>) => Promise<T>;

export function createTurnTaking(): TurnTaking {
  /** What waits, by tenant; the tenant whose turn is next comes first. */
  const waiting = new Map<string, (() => Promise<unknown>)[]>();
  let isBusy = false;

  async function goOn(): Promise<void> {
    isBusy = true;
    for (const [tenant, tasks] of waiting) {
      waiting.delete(tenant);
      const task = tasks.shift();
      if (tasks.length > 0) waiting.set(tenant, tasks); // Behind all others; a Map is walked on to what is added.
      await task?.();
    }
    isBusy = false;
  }

  return (tenant, task) =>
    new Promise((resolve, reject) => {
      const tasks = waiting.get(tenant) ?? [];
      tasks.push(() => task().then(resolve, reject));
      waiting.set(tenant, tasks);
      if (!isBusy) void goOn();
    });
}
