// What a worker thread has been sent and has not answered, and how much of that there may be: whoever comes after waits for it.
import { monotonicTime } from '../machine-timers.ts';
import { ProtocolBreach } from '../protocol/frames.ts';
import type { CellLink } from './cell-link.ts';
import type { PlacedAttempt } from './placed-attempt.ts';

/** A numbered message that has not been answered. */
export interface Sent {
  readonly turn: number;
  /** Null for a ping. */
  readonly cell: CellLink | null;
  readonly length: number;
  readonly attempts: readonly PlacedAttempt[];
  /** From when on it could have been under way, had nothing else been: as of the runner's clock. */
  readonly readyAt: number;
  /** The time that the turn may take. */
  readonly budgetMs: number;
  /** The time that making its cell may take before that. */
  readonly openMs: number;
}

/** How much of one cell goes to a thread at once. */
interface Pace {
  readonly turns: number;
  readonly records: number;
}

/**
 * Beside other tenants a cell's turns are short, 0.2 ms each, and one at a time: that is hardly felt by who comes next, but costs who has much
 * to do a tenth of its speed or, with one worker, a third. See docs/decisions/019.
 */
export const paces: Readonly<Record<'alone' | 'shared', Pace>> = {
  alone: { turns: 3, records: Number.POSITIVE_INFINITY },
  shared: { turns: 1, records: 48 },
};
/** A tenant is reckoned with for so long after its last step. */
const sharedForMs = 1_000;

/** How fast a cell may go among these, which are all of its thread's. */
export function paceAmong(cells: Iterable<CellLink>, { program: { tenant } }: CellLink): Pace {
  const now = monotonicTime();
  for (const { program, attempts, usedAt } of cells) {
    if (program.tenant !== tenant && (attempts.size > 0 || now - usedAt < sharedForMs)) return paces.shared;
  }
  return paces.alone;
}

/** Of one UTF-16 unit, at most. */
const utf8BytesPerUnit = 3;

export class InFlight {
  #sent: Sent[] = [];
  #turns = 0;
  /** Length of the texts of all. */
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** The worker answers in order: this one is under way. */
  get first(): Sent | undefined {
    return this.#sent[0];
  }

  /** Whether a turn of any cell is among them. */
  get hasTurn(): boolean {
    return this.#sent.some(({ cell }) => cell !== null);
  }

  /** Gives the number that it is sent with. */
  add(message: Omit<Sent, 'turn'>, now: number): number {
    const turn = this.#turns++;
    this.#sent.push({ ...message, turn });
    if (this.#sent.length === 1) hasWaited(message, now);
    this.#bytes += message.length;
    if (message.cell !== null) message.cell.turnsInFlight++;
    return turn;
  }

  /** So long may the answers to all that is in flight be, in UTF-8. */
  answerBytesMost(): number {
    let units = 0;
    for (const { cell, attempts } of this.#sent) if (cell !== null) units += cell.lengths.turn * new Set(attempts).size;
    return units * utf8BytesPerUnit;
  }

  /** What is answered, which stays under way until {@link over}. Throws {@link ProtocolBreach} if it is not the next. */
  answered(turn: number, cellId: number | null): Sent {
    const { first } = this;
    if (first === undefined || first.turn !== turn || (first.cell?.id ?? null) !== cellId) {
      throw new ProtocolBreach('A turn was answered that is not the next one.');
    }
    return first;
  }

  /** What was under way is over, and what comes next is under way from now on. */
  over(now: number): Sent {
    const first = this.#sent.shift();
    if (first === undefined) throw new Error('Nothing was under way.');
    this.#bytes -= first.length;
    if (first.cell !== null) first.cell.turnsInFlight--;
    for (const attempt of first.attempts) {
      attempt.undelivered--;
      attempt.waitedUntil = now; // What came meanwhile has waited for its own step.
    }
    const next = this.#sent[0];
    if (next !== undefined) hasWaited(next, now);
    return first;
  }

  /** From when on something for the attempt has been ready that is not under way yet; null if nothing is. */
  readyAt(attempt: PlacedAttempt): number | null {
    return this.#sent.slice(1).find(({ attempts }) => attempts.includes(attempt))?.readyAt ?? null;
  }

  /** The cell is lost: what is on its way there will not be answered. */
  drop(cell: CellLink, now: number): void {
    const { first } = this;
    this.#sent = this.#sent.filter((waiting) => {
      if (waiting.cell !== cell) return true;
      this.#bytes -= waiting.length;
      return false;
    });
    if (this.first !== undefined && this.first !== first) hasWaited(this.first, now);
  }
}

/** What steps have waited for others is not counted as their own time. */
function hasWaited({ attempts, readyAt }: Omit<Sent, 'turn'>, now: number): void {
  if (now <= readyAt) return;
  for (const attempt of attempts) {
    attempt.waitedMs += uncountedMs(attempt, readyAt, now);
    attempt.waitedUntil = now;
  }
}

/** How long what is ready for the attempt since then has waited, as far as that is not counted yet. */
export function uncountedMs({ waitedUntil }: PlacedAttempt, readyAt: number, now: number): number {
  return Math.max(0, now - Math.max(readyAt, waitedUntil));
}
