// Descriptors that this process was started with, and would hand on to a host: Node closes its own in every child, and
// leaves those of whoever started it open. A host gets an empty file in their place.
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';

/** Bit of `flags` that says that a descriptor is closed in children: O_CLOEXEC of Linux, in octal as /proc shows it. */
const closedInChildren = 0o2000000;
/** Beyond this many open files, only the first are looked at: what a process was started with has low numbers. */
const descriptorsLookedAt = 4_096;

/** From 3 on; the standard ones are given to a host anyway. */
export function inheritedDescriptors(): readonly number[] {
  try {
    const open = readdirSync('/proc/self/fd').slice(0, descriptorsLookedAt).map(Number);
    return open.filter((descriptor) => descriptor > 2 && isInherited(descriptor));
  } catch {
    return []; // No /proc: there is no telling.
  }
}

/** Calls `start` with what stands in `stdio` from `first` on so that none of them is handed on. */
export function withoutInherited<T>(
  inherited: readonly number[],
  first: number,
  start: (stdio: readonly ('ignore' | number)[]) => T,
): T {
  const length = Math.max(0, ...inherited.map((descriptor) => descriptor - first + 1));
  if (length === 0) return start([]);
  const empty = openSync('/dev/null', 'r');
  try {
    return start(Array.from({ length }, (_, i) => (inherited.includes(first + i) ? empty : 'ignore')));
  } finally {
    closeSync(empty);
  }
}

function isInherited(descriptor: number): boolean {
  try {
    const info = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8');
    return (Number.parseInt(/^flags:\s*([0-7]+)$/m.exec(info)?.[1] ?? '', 8) & closedInChildren) === 0;
  } catch {
    return false; // The one that the folder was read with.
  }
}
