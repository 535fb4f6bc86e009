// How long the event loop of this process stands still: the longest time between two of its turns, and the most CPU time that the main thread
// used in one. The second says the same on a machine that has other things to do.

export interface LoopGap {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Looks at every turn of the loop while the work is under way, and at the one after it. */
export async function loopGap(work: () => Promise<void>): Promise<LoopGap> {
  let [wallMs, cpuMs] = [0, 0];
  let [wall, cpu] = [performance.now(), threadCpuMs()];
  let isOver = false;
  const watched = new Promise<void>((resolve) => {
    const look = (): void => {
      const [nowWall, nowCpu] = [performance.now(), threadCpuMs()];
      wallMs = Math.max(wallMs, nowWall - wall);
      cpuMs = Math.max(cpuMs, nowCpu - cpu);
      [wall, cpu] = [nowWall, nowCpu];
      if (isOver) resolve();
      else setImmediate(look);
    };
    setImmediate(look);
  });
  try {
    await work();
  } finally {
    isOver = true;
    await watched;
  }
  return { wallMs, cpuMs };
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
