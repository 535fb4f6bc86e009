// Durations for people: short, and no more exact than one cares about.

const units = [
  { ms: 86_400_000, name: 'd', smaller: 'h', smallerMs: 3_600_000 },
  { ms: 3_600_000, name: 'h', smaller: 'min', smallerMs: 60_000 },
  { ms: 60_000, name: 'min', smaller: 's', smallerMs: 1_000 },
];

/** Such as `0.42 s`, `12.3 s`, `3 min 20 s`, `2 d 5 h`. */
export function durationText(ms: number): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1_000).toFixed(2)} s`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  for (const { ms: unitMs, name, smaller, smallerMs } of units) {
    const rounded = Math.round(ms / smallerMs) * smallerMs;
    if (rounded < unitMs) continue;
    const rest = Math.floor((rounded % unitMs) / smallerMs);
    return `${Math.floor(rounded / unitMs)} ${name}${rest === 0 ? '' : ` ${rest} ${smaller}`}`;
  }
  return `${Math.round(ms / 1_000)} s`;
}

/** The same for a duration that grows or shrinks before one's eyes: it keeps its form while it does. */
export function runningText(ms: number, decimals: 0 | 1): string {
  return ms < 59_950 ? `${(Math.max(0, ms) / 1_000).toFixed(decimals)} s` : durationText(ms);
}

/** A moment, in ms since the epoch, such as `2026-11-23 09:30:00`, in UTC. */
export function momentText(at: number): string {
  const isDate = Math.abs(at) <= 8.64e15;
  return isDate ? new Date(at).toISOString().slice(0, 19).replace('T', ' ') : '?';
}

/** With thousands parted, so that 100000 and 1000000 are told apart at a glance. */
export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

export function plural(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}
