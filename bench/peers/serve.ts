// What every peer is made of: a process of its own that is told how much of a load to do, and tells how long it took. So no peer pays for
// another one's garbage, and one that is not installed is missed and not mourned.

/** Does so many of a load, and resolves when the last is done. */
export type Load = (count: number) => Promise<void>;

/** In flight at once, wherever a peer has the choice. */
export const atOnce = 512;

/** Carries out loads by name until the process is told to end. */
export function serve(loads: Readonly<Record<string, Load>>, close: () => Promise<void> = async () => {}): void {
  process.on('message', async ({ load, count }: { load: string; count: number }) => {
    const began = performance.now();
    await loads[load]?.(count);
    process.send?.({ ms: performance.now() - began });
  });
  process.once('disconnect', async () => {
    await close();
    process.exit();
  });
  process.send?.({ loads: Object.keys(loads) });
}

/** `count` tasks, so many of them at once: each begins when one before it has ended. */
export async function spread(count: number, task: (i: number) => Promise<unknown>, most = atOnce): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: Math.min(most, count) }, lane));
}
