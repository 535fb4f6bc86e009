// What the operating system says of a host: not what the host says of itself. Formats: man 5 proc.
import { readdirSync, readFileSync } from 'node:fs';
import type { Vitals } from '../pool/worker-thread.ts';

/** Linux tells CPU time in hundredths of a second. */
const tickMs = 10;

/** Null where there is no /proc, and when there is no such process any more. */
export function readVitals(pid: number): Vitals | null {
  const stat = contentOf(`/proc/${pid}/stat`);
  const resident = /^VmRSS:\s*(\d+) kB/m.exec(contentOf(`/proc/${pid}/status`) ?? '');
  if (stat === null || resident === null) return null;
  const fields = afterName(stat);
  return {
    residentBytes: Number(resident[1]) * 1_024,
    cpuMs: (Number(fields[11]) + Number(fields[12])) * tickMs,
    isAsleep: () => isAsleep(pid),
  };
}

function isAsleep(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).every((task) => {
      const stat = contentOf(`/proc/${pid}/task/${task}/stat`);
      return stat === null || afterName(stat)[0] === 'S';
    });
  } catch {
    return false; // It has ended: whoever waits for its end is told.
  }
}

/** The fields after the name, which may hold spaces: the first is the state. */
function afterName(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
