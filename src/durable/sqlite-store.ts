// A store in one SQLite file, as the main thread sees it: what has happened is sent to the thread that holds the file, and what is
// safe there is told.
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { StepwellError } from '../errors.ts';
import type { DurableStore, Retention, RunRecord, Stored, StoredRun, StoreListener } from '../state/backend.ts';
import { Ledger } from '../state/ledger.ts';
import type { RunState } from '../state/run-state.ts';
import type { TenantState } from '../state/tenant-state.ts';
import type { EndRow, FileTask, FromFile, ProgramRow, RunRow, ToFile } from './messages.ts';
import { endRow, programRow, runRow, storedRun, storedTenant, tenantRow } from './rows.ts';

export interface SqliteStoreOptions {
  /** The file; it is made if there is none. Beside it are, while it is in use, `-wal`, `-shm` and `-lock`. */
  readonly file: string;
  /**
   * When a change counts as safe. `fsync`, the default: when the disk has it, so that it outlives a power cut. `os`: when the operating
   * system has it, so that it outlives the process.
   */
  readonly durability?: 'fsync' | 'os';
  /** How large the file may become, from 65,536. Beyond, it is as if the disk were full. Default: as large as there is room. */
  readonly fileBytes?: number;
}

/** Keeps runs in a file. One runner at a time. Throws `OPTION_INVALID`. */
export function sqliteStore({ file, durability = 'fsync', fileBytes = 2 ** 50 }: SqliteStoreOptions): DurableStore {
  if (typeof file !== 'string' || file === '') {
    throw new StepwellError('OPTION_INVALID', 'Expected `file` to be the path of a file.');
  }
  if (durability !== 'fsync' && durability !== 'os') {
    throw new StepwellError('OPTION_INVALID', "Expected `durability` to be 'fsync' or 'os'.");
  }
  if (!Number.isSafeInteger(fileBytes) || fileBytes < 65_536) {
    throw new StepwellError('OPTION_INVALID', 'Expected `fileBytes` to be an integer from 65,536.');
  }
  return new SqliteStore({ file: resolve(file), fileBytes, isSynced: durability === 'fsync' });
}

/** What comes while so many are on their way goes together with what comes after it: nothing piles up before a slow disk. */
const commitsInFlightMost = 4;
/** The number of a commit that nothing will be said of: the file has failed. */
const neverSafe = Number.MAX_SAFE_INTEGER;

class SqliteStore implements DurableStore {
  readonly kind = 'durable';
  readonly #given: Omit<FileTask, 'kept'>;
  #worker: Worker | null = null;
  #listener: StoreListener | null = null;
  readonly #opened = Promise.withResolvers<Stored>();
  readonly #closed = Promise.withResolvers<void>();
  #number = 0;
  #commit = 0;
  #safe = 0;
  #isClosing = false;
  /** Numbers of the runs that are open. */
  readonly #numbers: Map<string, number> = new Map();
  readonly #written: Map<Ledger, number> = new Map();
  #programs: ProgramRow[] = [];
  #runs: RunRow[] = [];
  #ends: EndRow[] = [];
  readonly #tenants: Set<TenantState> = new Set();
  /** Those who wait for a commit to be safe. */
  readonly #creating: {
    readonly commit: number;
    readonly resolve: () => void;
    readonly reject: (error: Error) => void;
  }[] = [];
  readonly #asked: Map<number, (run: StoredRun | null) => void> = new Map();
  #questions = 0;
  #isStalled = false;
  #failure: StepwellError | null = null;

  constructor(given: Omit<FileTask, 'kept'>) {
    this.#given = given;
  }

  open(kept: Retention, listener: StoreListener): Promise<Stored> {
    if (this.#listener !== null)
      throw new StepwellError('OPTION_INVALID', 'A store belongs to one runner: make a new one.');
    this.#listener = listener;
    const { runsEndedKept: count, runsEndedKeptMs: ms, runsEndedBytesKept: bytes } = kept;
    const task: FileTask = { ...this.#given, kept: { count, ms, bytes } };
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    const worker = new Worker(new URL(`./file-thread${extension}`, import.meta.url), {
      workerData: task,
      env: {},
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#worker = worker;
    worker.on('message', (message: FromFile) => this.#hear(message));
    worker.on('error', (error) =>
      this.#fail(new StepwellError('STORE_UNAVAILABLE', `The store has failed: ${String(error)}`)),
    );
    worker.on('exit', () => this.#closed.resolve());
    return this.#opened.promise;
  }

  create(run: RunRecord): Promise<void> {
    const number = ++this.#number;
    this.#numbers.set(run.id, number);
    this.#programs.push(programRow(run));
    this.#runs.push(runRow(number, run));
    const commit = this.commit();
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) reject(this.#failure);
      else this.#creating.push({ commit, resolve, reject });
    });
  }

  ledgerOf(run: RunState): Ledger {
    const number = this.#numberOf(run);
    return new Ledger((ledger) => {
      this.#written.set(ledger, number);
      this.#tenants.add(run.tenant);
    });
  }

  touched(tenant: TenantState): void {
    this.#tenants.add(tenant);
  }

  ended(run: RunState): void {
    this.#ends.push(endRow(this.#numberOf(run), run));
    this.#numbers.delete(run.id);
  }

  commit(): number {
    if (this.#failure !== null) return neverSafe;
    const [programs, runs, ends] = [this.#programs, this.#runs, this.#ends];
    if (this.#written.size + this.#tenants.size + runs.length + ends.length === 0) return 0;
    if (this.#commit - this.#safe >= commitsInFlightMost && !this.#isClosing) return this.#commit + 1; // Sent when there is an answer.
    const ledgers = [...this.#written].map(([ledger, number]) => [number, ledger.take()] as const);
    this.#written.clear();
    const tenants = [...this.#tenants].map(tenantRow);
    this.#tenants.clear();
    [this.#programs, this.#runs, this.#ends] = [[], [], []];
    this.#say({ kind: 'commit', commit: ++this.#commit, programs, runs, ledgers, ends, tenants });
    return this.#commit;
  }

  find(runId: string): Promise<StoredRun | null> {
    const asked = ++this.#questions;
    this.#say({ kind: 'find', asked, runId });
    return new Promise((resolve) => {
      if (this.#failure !== null) resolve(null);
      else this.#asked.set(asked, resolve);
    });
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.commit();
    this.#say({ kind: 'close' });
    if (this.#worker !== null) await this.#closed.promise;
  }

  #say(message: ToFile): void {
    this.#worker?.postMessage(message);
  }

  #hear(message: FromFile): void {
    switch (message.kind) {
      case 'opened':
        this.#number = message.lastNumber;
        for (const [{ id, number }] of message.runs) this.#numbers.set(id, number);
        return this.#opened.resolve({
          runs: message.runs.map(([row, ledger]) => storedRun(row, ledger)),
          tenants: message.tenants.map(storedTenant),
        });
      case 'stalled':
        this.#isStalled = true;
        return this.#listener?.stalled(new StepwellError(message.code, message.message));
      case 'safe':
        if (this.#isStalled) this.#listener?.stalled(null);
        this.#isStalled = false;
        this.#safe = message.commit;
        for (const { resolve } of this.#creating.splice(0, this.#count(message.commit))) resolve();
        this.#listener?.safe(message.commit);
        this.commit();
        return;
      case 'found':
        this.#asked.get(message.asked)?.(message.row === null ? null : storedRun(message.row, []));
        this.#asked.delete(message.asked);
        return;
      default:
        return this.#fail(new StepwellError(message.code, message.message));
    }
  }

  /** How many wait for no later commit than this one. */
  #count(commit: number): number {
    const count = this.#creating.findIndex((waiting) => waiting.commit > commit);
    return count < 0 ? this.#creating.length : count;
  }

  #fail(error: StepwellError): void {
    this.#failure ??= error;
    this.#opened.reject(error);
    for (const { reject } of this.#creating.splice(0)) reject(error);
    for (const answer of this.#asked.values()) answer(null);
    this.#asked.clear();
    this.#listener?.failed(error);
  }

  #numberOf({ id }: RunState): number {
    const number = this.#numbers.get(id);
    if (number === undefined) throw new Error('The store does not know this run.');
    return number;
  }
}
