// Runs as they are asked for: one by its id, or a page of them. Those that have ended are in the registry, or in a store that outlives
// the process.
import type { BackgroundWork, Divided } from '../background-work.ts';
import { StepwellError } from '../errors.ts';
import { refuseUnknown } from '../known-options.ts';
import type { DurableStore, ListedRun, RunQuery, RunSummary, StoredRun } from '../state/backend.ts';
import { requireInteger, requireTenant } from './options.ts';
import { remade } from './recovery.ts';
import { Remakes } from './remakes.ts';
import { RunHandle } from './run.ts';
import type { RunRegistry } from './run-registry.ts';
import type { ListOptions, RunPage } from './runner-api.ts';

const pageMost = 1_000;
const statuses = ['open', 'completed', 'failed', 'cancelled'];

export class History {
  readonly #registry: RunRegistry;
  readonly #store: DurableStore | null;
  readonly #work: BackgroundWork;
  readonly #remakes: Remakes<RunHandle | undefined> = new Remakes();

  constructor(registry: RunRegistry, store: DurableStore | null, work: BackgroundWork) {
    this.#registry = registry;
    this.#store = store;
    this.#work = work;
  }

  /** Rejects with `STORE_…`. */
  async find(runId: string): Promise<RunHandle | undefined> {
    const known = this.#registry.handle(runId);
    if (known !== undefined || this.#store === null || typeof runId !== 'string') return known;
    const store = this.#store;
    const found = await store.find(runId);
    if (found === null) return undefined;
    const { tenant } = found.program;
    // While it waits for its turn nothing of it is held: it is looked for once more, and may have gone.
    const find = this.#remakes.mustWait(tenant) ? () => store.find(runId) : async () => found;
    return this.#remakes.make(runId, tenant, async () => this.#remake(await find()));
  }

  async #remake(stored: StoredRun | null): Promise<RunHandle | undefined> {
    if (stored === null) return undefined;
    const { tenant } = stored.program;
    const run = await remade(stored, { divide: (work) => this.#work.do(tenant, work) });
    if (run.status.kind === 'open') return this.#registry.handle(stored.id); // Its start was under way.
    const divide = <T>(work: Divided<T>): Promise<T> => this.#work.begin(tenant, work);
    const handle = new RunHandle(run, { cancel() {}, pause() {}, whenSafe: () => Promise.resolve(), divide });
    handle.ended();
    return handle;
  }

  /** Rejects with `OPTION_INVALID` and `STORE_…`. */
  async list(options: ListOptions): Promise<RunPage> {
    const query = queryOf(options);
    const more = { ...query, count: query.count + 1 };
    if (this.#store === null) return this.#work.begin(query.tenant ?? '', this.#pageInMemory(query, more));
    const store = this.#store;
    return pageOf(await store.list(more), query, (run) => this.#stored(run, store));
  }

  *#pageInMemory(query: RunQuery, more: RunQuery): Divided<RunPage> {
    const found = yield* this.#registry.list(more);
    const runs: RunSummary[] = [];
    for (const { run } of found.slice(0, query.count)) {
      const { summary } = run; // Of one that has ended all is read that is kept of it.
      if (query.status === null || summary.status === query.status) runs.push(summary); // It may have ended meanwhile.
      yield;
    }
    return { runs, next: nextOf(found, query) };
  }

  /** What the file does not say of a run that is open, its handle does. Null for one that has ended meanwhile and is forgotten. */
  async #stored(run: ListedRun, store: DurableStore): Promise<RunSummary | null> {
    const summary = this.#registry.handle(run.id)?.summary;
    if (run.status === 'open' && summary !== undefined) return summary;
    const before = run.number + 1;
    const [again] = run.steps !== null ? [run] : await store.list({ tenant: null, status: null, before, count: 1 });
    if (again?.number !== run.number) return null;
    const { number: _, ...listed } = again;
    return { ...listed, steps: again.steps ?? { armed: 0, completed: 0, failed: 0, retried: 0 } };
  }
}

/** `found`: with one more than the page has, if there are more. */
async function pageOf<Found extends { readonly number: number }>(
  found: readonly Found[],
  query: RunQuery,
  summaryOf: (one: Found) => RunSummary | null | Promise<RunSummary | null>,
): Promise<RunPage> {
  const runs = await Promise.all(found.slice(0, query.count).map(summaryOf));
  return { runs: runs.filter((run) => run !== null), next: nextOf(found, query) };
}

function nextOf(found: readonly { readonly number: number }[], { count }: RunQuery): string | null {
  return found.length > count ? String(found[count - 1]?.number) : null;
}

function queryOf(options: ListOptions): RunQuery {
  refuseUnknown('OPTION_INVALID', options, ['tenant', 'status', 'after', 'count']);
  const { tenant = null, status = null, after = null, count = 100 } = options;
  if (tenant !== null) requireTenant(tenant);
  if (status !== null && !statuses.includes(status)) {
    throw new StepwellError('OPTION_INVALID', `Expected \`status\` to be one of ${statuses.join(', ')}.`);
  }
  requireInteger('count', count, 1, pageMost);
  if (after !== null && !/^[0-9]{1,15}$/.test(String(after))) {
    throw new StepwellError('OPTION_INVALID', 'Expected `after` to be `next` of the page before.');
  }
  return { tenant, status, before: after === null ? Number.MAX_SAFE_INTEGER : Number(after), count };
}
