// A store in one SQLite file, as the main thread sees it: what has happened is sent to the thread that holds the file, and what is
// safe there is told.
import { resolve } from 'node:path';
import { StepwellError } from '../errors.ts';
import { refuseUnknown } from '../known-options.ts';
import type {
  DurableStore,
  ListedRun,
  Retention,
  RunQuery,
  RunRecord,
  StoredRun,
  StoredTenant,
  StoreListener,
} from '../state/backend.ts';
import { Ledger } from '../state/ledger.ts';
import type { RunState } from '../state/run-state.ts';
import type { TenantState } from '../state/tenant-state.ts';
import { FileLink, type FileNews } from './file-link.ts';
import type { Ask, FileTask, ProgramRow, RunRow, TenantRow } from './messages.ts';
import { endRow, programRow, runRow, tenantRow } from './rows.ts';
import { findRun, listRuns, openRuns, storedTenant } from './stored-runs.ts';

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
export function sqliteStore(options: SqliteStoreOptions): DurableStore {
  refuseUnknown('OPTION_INVALID', options, ['file', 'durability', 'fileBytes']);
  const { file, durability = 'fsync', fileBytes = 2 ** 50 } = options;
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
  /** Null until it is opened. */
  #link: FileLink | null = null;
  #listener: StoreListener | null = null;
  readonly #opened = Promise.withResolvers<readonly StoredTenant[]>();
  #number = 0;
  #commit = 0;
  #safe = 0;
  #isClosing = false;
  /** Numbers of the runs that are open. */
  readonly #numbers: Map<string, number> = new Map();
  /** How many open runs have a source: the file has it then. */
  readonly #sources: Map<string, number> = new Map();
  readonly #written: Map<Ledger, number> = new Map();
  #programs: ProgramRow[] = [];
  #runs: RunRow[] = [];
  #ends: { readonly number: number; readonly run: RunState }[] = [];
  readonly #tenants: Set<TenantState> = new Set();
  /** Those who wait for a commit to be safe. */
  readonly #creating: {
    readonly commit: number;
    readonly resolve: () => void;
    readonly reject: (error: Error) => void;
  }[] = [];
  #isStalled = false;
  #failure: StepwellError | null = null;

  constructor(given: Omit<FileTask, 'kept'>) {
    this.#given = given;
  }

  open(kept: Retention, now: () => number, listener: StoreListener): Promise<readonly StoredTenant[]> {
    if (this.#listener !== null)
      throw new StepwellError('OPTION_INVALID', 'A store belongs to one runner: make a new one.');
    this.#listener = listener;
    const { runsEndedKept, runsEndedKeptMs, runsEndedBytesKept } = kept;
    const task: FileTask = { ...this.#given, kept: { runsEndedKept, runsEndedKeptMs, runsEndedBytesKept } };
    this.#link = new FileLink(task, now, (news) => this.#hear(news));
    return this.#opened.promise;
  }

  async *openRuns(): AsyncGenerator<StoredRun> {
    for await (const { number, ...run } of openRuns(this.#ask)) {
      this.#numbers.set(run.id, number);
      this.#hold(run.program.hash);
      yield run;
    }
  }

  create(run: RunRecord): Promise<void> {
    const number = ++this.#number;
    this.#numbers.set(run.id, number);
    if (this.#hold(run.program.hash)) this.#programs.push(programRow(run));
    this.#runs.push(runRow(number, run));
    const commit = this.commit();
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) reject(this.#failure);
      else this.#creating.push({ commit, resolve, reject });
    });
  }

  ledgerOf(run: RunState, bytes: number): Ledger {
    const number = this.#numberOf(run);
    return new Ledger(run, bytes, (ledger) => {
      this.#written.set(ledger, number);
      this.#tenants.add(run.tenant);
    });
  }

  touched(tenant: TenantState): void {
    this.#tenants.add(tenant);
  }

  ended(run: RunState): void {
    this.#ends.push({ number: this.#numberOf(run), run });
    this.#numbers.delete(run.id);
    const others = (this.#sources.get(run.program.hash) ?? 0) - 1;
    if (others > 0) this.#sources.set(run.program.hash, others);
    else this.#sources.delete(run.program.hash);
  }

  commit(): number {
    if (this.#failure !== null) return neverSafe;
    const [programs, runs] = [this.#programs, this.#runs];
    if (this.#written.size + this.#tenants.size + runs.length + this.#ends.length === 0) return 0;
    if (this.#commit - this.#safe >= commitsInFlightMost && !this.#isClosing) return this.#commit + 1; // Sent when there is an answer.
    const ledgers = [...this.#written].map(([ledger, number]) => [number, ledger.take()] as const);
    this.#written.clear();
    const ends = this.#ends.map(({ number, run }) => endRow(number, run));
    const tenants = [...this.#tenants].map(tenantRow);
    this.#tenants.clear();
    [this.#programs, this.#runs, this.#ends] = [[], [], []];
    this.#link?.say({ kind: 'commit', commit: ++this.#commit, programs, runs, ledgers, ends, tenants });
    return this.#commit;
  }

  find(runId: string): Promise<StoredRun | null> {
    return findRun(this.#ask, runId);
  }

  list(query: RunQuery): Promise<readonly ListedRun[]> {
    return listRuns(this.#ask, query);
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.commit();
    await this.#link?.close();
  }

  readonly #ask: Ask = (what, about) => {
    if (this.#link === null) throw new Error('The store has not been opened.');
    return this.#link.ask(what, about);
  };

  /** Whether the file has to be given the source of one more open run. */
  #hold(hash: string): boolean {
    const others = this.#sources.get(hash) ?? 0;
    this.#sources.set(hash, others + 1);
    return others === 0;
  }

  #hear(message: FileNews): void {
    switch (message.kind) {
      case 'opened':
        this.#number = message.lastNumber;
        return this.#open(message.tenants);
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
      default:
        return this.#fail(new StepwellError(message.code, message.message));
    }
  }

  #open(tenants: readonly TenantRow[]): void {
    try {
      this.#opened.resolve(tenants.map(storedTenant));
    } catch (error) {
      void this.close().then(() => this.#opened.reject(error));
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
    this.#listener?.failed(error);
  }

  #numberOf({ id }: RunState): number {
    const number = this.#numbers.get(id);
    if (number === undefined) throw new Error('The store does not know this run.');
    return number;
  }
}
