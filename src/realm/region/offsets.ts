// How far a time zone is from UTC, as the engine's Intl knows it. Loaded before the rest of a realm, and relies on the engine alone.
const { DateTimeFormat } = Intl;
const { apply } = Reflect;
const { formatToParts } = DateTimeFormat.prototype;
const { exec } = RegExp.prototype;
const { get, set, clear } = Map.prototype;
const { floor, abs } = Math;
const MapOf = Map;
const numberOf = Number;

/** In ms. */
export interface Offsets {
  /** At this time since the epoch. */
  offsetAt(utc: number): number;
  /**
   * When clocks of the zone show `local`, which is written as if it were UTC. What they show twice is the first of both; what they skip is taken
   * by the offset before. See https://tc39.es/ecma262/#sec-utc-t
   */
  utcOf(local: number): number;
}

const dayMs = 86_400_000;
/** Offsets change at whole quarters of an hour, since zones have offsets of whole quarters: from 1972 on, https://data.iana.org/time-zones/ */
const quarterMs = 900_000;
const quartersFrom = Date.UTC(1972, 0);
const offsetsKept = 4_096;
const offsetText = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?/;

export function offsetsOf(timeZone: string): Offsets {
  const formatter = new DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const known = new MapOf<number, number>();
  /** Counted here, for a map tells its size by a getter. */
  let keptCount = 0;

  function read(utc: number): number {
    const parts = apply(formatToParts, formatter, [utc]);
    for (let i = 0; i < parts.length; i++)
      if (parts[i]?.type === 'timeZoneName') return offsetOf(parts[i]?.value ?? '');
    return 0;
  }

  function at(utc: number): number {
    if (utc < quartersFrom) return read(utc);
    const quarter = floor(utc / quarterMs);
    const kept: number | undefined = apply(get, known, [quarter]);
    if (kept !== undefined) return kept;
    const offset = read(utc);
    if (keptCount >= offsetsKept) {
      apply(clear, known, []);
      keptCount = 0;
    }
    keptCount++;
    apply(set, known, [quarter, offset]);
    return offset;
  }

  function utcOf(local: number): number {
    const before = at(local - dayMs);
    if (at(local - before) === before) return local - before;
    const after = at(local + dayMs);
    return at(local - after) === after ? local - after : local - before;
  }

  return {
    offsetAt: (utc) => (isTime(utc) ? at(utc) : NaN),
    utcOf: (local) => (isTime(local) ? utcOf(local) : NaN),
  };
}

/** What a Date can hold, and a day more on either side: https://tc39.es/ecma262/#sec-time-values-and-time-range */
function isTime(value: number): boolean {
  return abs(value) <= 8.64e15 + dayMs;
}

/** Such as `GMT`, `GMT+05:30`, `GMT-00:25:21`. */
function offsetOf(text: string): number {
  const found = apply(exec, offsetText, [text]);
  if (found === null || found[1] === undefined) return 0;
  const ms = ((numberOf(found[2]) * 60 + numberOf(found[3])) * 60 + numberOf(found[4] ?? 0)) * 1_000;
  return found[1] === '-' ? -ms : ms;
}
