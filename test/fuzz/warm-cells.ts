// What a correct worker answers, by real cells, without its thread: everything happens in the turn of the event loop in
// which it is asked. Cells are kept for the next worker that opens the same workflow, since making one takes longer than
// all else here: a realm keeps nothing of steps that have ended or were forgotten.
import { type Cell, type CellFactory, createCellFactory } from '../../src/cell/cell.ts';
import type { CellSpec, FromWorker, ToWorker } from '../../src/protocol/frames.ts';
import { fieldSeparator, inboxLetters, opLetters, recordSeparator } from '../../src/protocol/records.ts';

interface WarmCell {
  readonly cell: Cell;
  readonly key: string;
  /** Steps in it, by the numbers that the main thread calls them. */
  readonly refs: Set<string>;
}

const ends: readonly string[] = [opLetters.completed, opLetters.failed, opLetters.stalled];
const budgetMs = 1_000;

export class WarmCells {
  readonly #factory: CellFactory = createCellFactory();
  readonly #warm: Map<string, WarmCell[]> = new Map();

  acquire(spec: CellSpec): WarmCell {
    const key = JSON.stringify(spec);
    return this.#warm.get(key)?.pop() ?? { cell: this.#factory.open(spec), key, refs: new Set() };
  }

  release(warm: WarmCell): void {
    const letters = [...warm.refs].map((ref) => `${inboxLetters.forget}${fieldSeparator}${ref}${recordSeparator}`);
    if (letters.length > 0 && warm.cell.turn(letters.join(''), budgetMs).kind === 'lost') return;
    warm.refs.clear();
    this.#warm.set(warm.key, [...(this.#warm.get(warm.key) ?? []), warm]);
  }

  close(): void {
    for (const { cell } of [...this.#warm.values()].flat()) cell.dispose();
    this.#factory.close();
  }
}

/** The worker's side of one channel, as src/pool/cell-server.ts has it. */
export class WarmServer {
  readonly #warm: WarmCells;
  readonly #cells: Map<number, WarmCell> = new Map();

  constructor(warm: WarmCells) {
    this.#warm = warm;
  }

  /** Null for what needs no answer. */
  answer(message: ToWorker): FromWorker | null {
    switch (message[0]) {
      case 'open':
        this.#cells.set(message[1], this.#warm.acquire(message[2]));
        return null;
      case 'deliver':
        return this.#deliver(message[1], message[2], message[3], message[4]);
      case 'close':
        this.#drop(message[1]);
        return null;
      default:
        return ['pong', message[1]];
    }
  }

  close(): void {
    for (const id of [...this.#cells.keys()]) this.#drop(id);
  }

  #deliver(id: number, turn: number, text: string, budget: number): FromWorker | null {
    const warm = this.#cells.get(id);
    if (warm === undefined) return null;
    for (const [letter, ref = ''] of recordsOf(text)) if (letter === inboxLetters.start) warm.refs.add(ref);
    const result = warm.cell.turn(text, budget);
    if (result.kind === 'lost') {
      this.#cells.delete(id);
      return ['lost', turn, id, result.reason, result.detail, result.cpuMicros];
    }
    for (const [letter = '', ref = ''] of recordsOf(result.text)) if (ends.includes(letter)) warm.refs.delete(ref);
    return ['turn', turn, id, result.text, result.cpuMicros, 1_000_000];
  }

  #drop(id: number): void {
    const warm = this.#cells.get(id);
    this.#cells.delete(id);
    if (warm !== undefined) this.#warm.release(warm);
  }
}

/** Fields of each record of a text that one of us has written. */
export function recordsOf(text: string): string[][] {
  return text
    .split(recordSeparator)
    .slice(0, -1)
    .map((record) => record.split(fieldSeparator));
}
