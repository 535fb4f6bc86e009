// Which steps are in which cell of a thread, read off what goes in and comes out; and ends of steps that are turned into failures.
import {
  fieldSeparator,
  hookNames,
  inboxLetters,
  opLetters,
  recordSeparator,
  type ThrownText,
} from '../protocol/records.ts';

const ends: readonly string[] = [opLetters.completed, opLetters.failed, opLetters.stalled];
const hooks: readonly string[] = Object.values(hookNames);

/** What an attempt fails with that had done all. */
const madeUp: ThrownText = {
  name: 'Error',
  message: 'This attempt had done all that it does; the exploration let it fail.',
  stack: '',
  code: '',
  retryable: true,
};

interface Inside {
  readonly methods: readonly string[];
  /** By `ref`: which attempt it is of a step that has not ended; null for a hook, which has one. */
  readonly attempts: Map<string, number | null>;
}

export class StepsInside {
  readonly #cells: Map<number, Inside> = new Map();

  opened(cell: number, methods: readonly string[]): void {
    this.#cells.set(cell, { methods, attempts: new Map() });
  }

  delivered(cell: number, text: string): void {
    const { methods, attempts } = this.#inside(cell);
    for (const [letter, ref = '', method, , attempt] of recordsOf(text)) {
      if (letter === inboxLetters.start) {
        attempts.set(ref, hooks.includes(methods[Number(method)] ?? '') ? null : Number(attempt));
      } else if (letter === inboxLetters.forget) attempts.delete(ref);
    }
  }

  said(cell: number, text: string): void {
    const { attempts } = this.#inside(cell);
    for (const [letter = '', ref = ''] of recordsOf(text)) if (ends.includes(letter)) attempts.delete(ref);
  }

  /** What was said, with some of the ends of steps turned into failures: those of which `fails` holds. */
  withFailures(cell: number, text: string, fails: (attempt: number) => boolean): string {
    const { attempts } = this.#inside(cell);
    return recordsOf(text)
      .map(([letter = '', ref = '', ...fields]) => {
        const attempt = letter === opLetters.completed ? (attempts.get(ref) ?? null) : null;
        const isFailed = attempt !== null && fails(attempt);
        return isFailed ? [opLetters.failed, ref, JSON.stringify(madeUp)] : [letter, ref, ...fields];
      })
      .map((record) => record.join(fieldSeparator) + recordSeparator)
      .join('');
  }

  areOver(cell: number): boolean {
    return this.#inside(cell).attempts.size === 0;
  }

  #inside(cell: number): Inside {
    return this.#cells.get(cell) ?? { methods: [], attempts: new Map() };
  }
}

function recordsOf(text: string): string[][] {
  const records = text.split(recordSeparator);
  records.pop(); // What stands behind the last separator: nothing.
  return records.map((record) => record.split(fieldSeparator));
}
