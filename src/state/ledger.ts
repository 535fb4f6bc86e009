// What has happened to one run, a line each, for a store that outlives the process: all that `redo` needs to make the run again.
// Written while the rules change the run, and handed to the store when they are done with a batch.
//
//   N now                                            the time, for the lines that follow
//   A                                                opened
//   B step lane                                      an attempt begins
//   O step position kind key value amount method     an op was done, or refused by the run's own bounds
//   F step position kind … method code message       an op was refused by its tenant's bounds, which others move
//   W step position                                  a timer of the step is over
//   S step position turn                             the reply went out in this turn of the cell
//   D step position                                  from here on the step does something else than the attempt before
//   E step cpuMs kind value ops                      the step says that its attempt, with so many ops, is over
//   X step cpuMs reason detail                       the attempt was stopped
//   C reason [step, cpuMs, …]                        the run was cancelled, with what the steps that had begun had used
//   P · U                                            the run was paused, resumed
//   L step code cpuMs                                there is no room for more: the run has failed
//
// Fields are separated by tabs: keys and values are JSON text, in which no tab is, and so are details, reasons and messages.
import type { ErrorCode } from '../errors.ts';
import type { Op } from '../protocol/ops.ts';
import { fieldSeparator as tab } from '../protocol/records.ts';
import { kinds } from './account.ts';
import type { StopReason } from './mutation.ts';
import type { RunState, Step } from './run-state.ts';
import { Refusal, type Reply } from './run-store.ts';
import { byteLength } from './text.ts';

/** Why a run could not be written down any further. */
export type OverflowCode = ErrorCode & ('LEDGER_BYTES_EXCEEDED' | 'TENANT_LEDGER_BYTES_EXCEEDED');

/** Refusals that do not follow from the run alone. */
const tenantRefusals: ReadonlySet<string> = new Set([
  'TENANT_BRANCHES_EXCEEDED',
  'TENANT_STORE_BYTES_EXCEEDED',
  'TENANT_MEMORY_EXCEEDED',
  'RUNNER_MEMORY_EXCEEDED',
]);

type LedgerRun = Pick<RunState, 'tenant' | 'limits' | 'memory'>;

export class Ledger {
  readonly #onFirst: (ledger: Ledger) => void;
  readonly #run: LedgerRun;
  #text = '';
  #now = -1;
  #bytes = 0;
  #isClosed = false;

  /**
   * `bytes`: what is written down of the run already, with what it was started with. `onFirst` is called when there is something to take,
   * once until it is taken.
   */
  constructor(run: LedgerRun, bytes: number, onFirst: (ledger: Ledger) => void) {
    this.#run = run;
    this.#onFirst = onFirst;
    this.#grow(bytes);
  }

  /** What is written down of the run; what was not taken yet, in UTF-16 units. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Why nothing more may be written, if so. */
  get refusal(): OverflowCode | null {
    const { tenant, limits } = this.#run;
    if (this.#bytes >= limits.ledgerBytesPerRun) return 'LEDGER_BYTES_EXCEEDED';
    return tenant.ledgerBytes >= tenant.limits.ledgerBytesPerTenant ? 'TENANT_LEDGER_BYTES_EXCEEDED' : null;
  }

  /** The run has ended: what is written down of it counts for its tenant no more. */
  close(): void {
    this.#run.tenant.ledgerBytes -= this.#bytes;
    this.#isClosed = true;
  }

  /** What was written since this was called last. It can be read by itself. */
  take(): string {
    const text = this.#text;
    this.#text = '';
    this.#now = -1;
    this.#run.memory.take(kinds.ledgers, -text.length);
    this.#grow(byteLength(text) - text.length);
    return text;
  }

  opened(now: number): void {
    this.#at(now, 'A');
  }

  begun({ ordinal }: Step, lane: Step['lane'], now: number): void {
    this.#at(now, `B${tab}${ordinal}${tab}${lane}`);
  }

  did({ ordinal }: Step, position: number, op: Op, reply: Reply | null, now: number): void {
    const done = `${ordinal}${tab}${position}${tab}${op.kind}${tab}${op.key}${tab}${op.value}${tab}${op.amount}${tab}${op.method}`;
    if (!(reply instanceof Refusal && tenantRefusals.has(reply.code))) return this.#at(now, `O${tab}${done}`);
    this.#at(now, `F${tab}${done}${tab}${reply.code}${tab}${JSON.stringify(reply.message)}`);
  }

  woke({ ordinal }: Step, position: number, now: number): void {
    this.#at(now, `W${tab}${ordinal}${tab}${position}`);
  }

  sent({ ordinal }: Step, position: number, turn: number): void {
    this.#line(`S${tab}${ordinal}${tab}${position}${tab}${turn}`);
  }

  diverged({ ordinal }: Step, position: number): void {
    this.#line(`D${tab}${ordinal}${tab}${position}`);
  }

  /** Of what steps return only the first one's is for anybody. */
  ended(step: Step, { kind, value }: Op, now: number): void {
    const told = kind === 'completed' && step.ordinal > 1 ? '' : value;
    const ops = step.journal?.position ?? 0;
    this.#at(now, `E${tab}${step.ordinal}${tab}${cpuMsOf(step)}${tab}${kind}${tab}${told}${tab}${ops}`);
  }

  stopped(step: Step, reason: StopReason, detail: string, now: number): void {
    this.#at(now, `X${tab}${step.ordinal}${tab}${cpuMsOf(step)}${tab}${reason}${tab}${JSON.stringify(detail)}`);
  }

  cancelled(reason: string, begun: readonly Step[], now: number): void {
    const used = begun.flatMap((step) => [step.ordinal, cpuMsOf(step)]);
    this.#at(now, `C${tab}${JSON.stringify(reason)}${tab}${JSON.stringify(used)}`);
  }

  overflowed(step: Step, code: OverflowCode, now: number): void {
    this.#at(now, `L${tab}${step.ordinal}${tab}${code}${tab}${cpuMsOf(step)}`);
  }

  paused(isPaused: boolean, now: number): void {
    this.#at(now, isPaused ? 'P' : 'U');
  }

  #at(now: number, line: string): void {
    if (now !== this.#now) this.#line(`N${tab}${now}`);
    this.#now = now;
    this.#line(line);
  }

  #line(line: string): void {
    if (this.#text === '') this.#onFirst(this);
    this.#text += `${line}\n`;
    this.#run.memory.take(kinds.ledgers, line.length + 1);
    this.#grow(line.length + 1); // Counted in UTF-8 when it is taken: line by line that takes a sixth of all time.
  }

  #grow(bytes: number): void {
    this.#bytes += bytes;
    if (!this.#isClosed) this.#run.tenant.ledgerBytes += bytes;
  }
}

function cpuMsOf({ journal }: Step): number {
  return journal?.usage.cpuMs ?? 0;
}
