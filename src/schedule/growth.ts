// How much a host has grown within the turn that it is at. V8 lends a cell that is full another gigabyte, so that it can collect, and a step that fills arrays
// takes all of that before its cell is ended: the host is looked at more often than is asked of the system otherwise, and ended before.
import type { WorkerLink } from './worker-link.ts';

/**
 * A turn may add so many times the memory of its cell, and this: the text of its ops is there twice more while it leaves, V8 frees late, and a cell
 * that has just been opened brings its own.
 */
const timesCellMemory = 2;
const besideMb = 64;

interface Size {
  /** The turn under way at the last look, and what the host had before it. */
  turn: number;
  before: number;
  /** At the last look. */
  bytes: number;
  /** The turn that was under way when it was glanced at last. */
  glanced: number;
}

export class Growth {
  readonly #sizes: WeakMap<WorkerLink, Size> = new WeakMap();

  /** It was looked at, and its process has so much. */
  looked(link: WorkerLink, bytes: number): void {
    const turn = turnOf(link);
    const size = this.#sizes.get(link);
    if (size === undefined) {
      this.#sizes.set(link, { turn, before: bytes, bytes, glanced: -1 });
      return;
    }
    // The turn has begun since the last look, and what it has taken by now is its own.
    if (size.turn !== turn) size.before = Math.min(size.bytes, bytes);
    size.turn = turn;
    size.bytes = bytes;
  }

  /** Whether its turn takes too much. Asks the system only for a turn that was under way at the last glance too. */
  isTooMuch(link: WorkerLink): boolean {
    const size = this.#sizes.get(link);
    const turn = turnOf(link);
    if (size === undefined || turn < 0) return false;
    if (size.glanced !== turn) {
      size.glanced = turn;
      return false;
    }
    const cell = link.underWay?.cell;
    const bytes = link.thread.vitals()?.residentBytes;
    if (!cell || bytes === undefined) return false;
    const before = size.turn === turn ? size.before : size.bytes;
    return bytes - before > (timesCellMemory * cell.limits.cellMemoryMb + besideMb) * 2 ** 20;
  }
}

function turnOf({ underWay }: WorkerLink): number {
  return underWay === undefined || underWay.cell === null ? -1 : underWay.turn;
}
