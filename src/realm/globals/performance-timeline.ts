// The marks and measures of a step, in the order of their start. What a step could change, such as the prototype of its entries, is not
// asked for what they are.
import {
  append,
  type BareList,
  bareList,
  defineOwn,
  MapOf,
  mapDelete,
  mapGet,
  mapSet,
  RangeErrorOf,
} from '../primordials.ts';
import type { PerformanceEntry } from './performance-entry.ts';

/** That a step keeps at a time. */
const entriesMost = 10_000;

export interface KeptEntry {
  readonly name: string;
  readonly type: 'mark' | 'measure';
  readonly startTime: number;
  readonly entry: PerformanceEntry;
}

export class Timeline {
  #kept: BareList<KeptEntry> = bareList();
  /** Of the mark that was set last by each name. */
  #markTimes = new MapOf<string, number>();

  /** Behind those that begin with it. */
  keep(kept: KeptEntry): PerformanceEntry {
    const list = this.#kept;
    if (list.length >= entriesMost) {
      throw new RangeErrorOf(
        `A step keeps at most ${entriesMost} marks and measures. Clear some by performance.clearMarks() or clearMeasures().`,
      );
    }
    let place = list.length;
    for (; place > 0; place--) {
      const before = list[place - 1] as KeptEntry;
      if (before.startTime <= kept.startTime) break;
      list[place] = before;
    }
    list[place] = kept;
    if (kept.type === 'mark') mapSet(this.#markTimes, kept.name, kept.startTime);
    return kept.entry;
  }

  timeOfMark(name: string): number | undefined {
    return mapGet(this.#markTimes, name);
  }

  /** An ordinary list. Null: of any name, of any type. */
  list(name: string | null, type: string | null): PerformanceEntry[] {
    const list: PerformanceEntry[] = [];
    for (let index = 0; index < this.#kept.length; index++) {
      const kept = this.#kept[index] as KeptEntry;
      if (isOf(kept, name, type)) defineOwn(list, list.length, kept.entry);
    }
    return list;
  }

  forget(name: string | null, type: KeptEntry['type']): void {
    const left: BareList<KeptEntry> = bareList();
    for (let index = 0; index < this.#kept.length; index++) {
      const kept = this.#kept[index] as KeptEntry;
      if (!isOf(kept, name, type)) append(left, kept);
    }
    this.#kept = left;
    if (type === 'measure') return;
    if (name === null) this.#markTimes = new MapOf();
    else mapDelete(this.#markTimes, name);
  }
}

function isOf(kept: KeptEntry, name: string | null, type: string | null): boolean {
  return (name === null || kept.name === name) && (type === null || kept.type === type);
}
