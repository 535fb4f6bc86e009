// Runs as they are asked for: one by its id, or a page of them. Those that have ended are in the registry, or in a store that outlives
// the process.
import { StepwellError } from '../errors.ts';
import type { DurableStore, ListedRun, RunQuery, RunSummary } from '../state/backend.ts';
import { refuseUnknown, requireInteger, requireTenant } from './options.ts';
import { remade } from './recovery.ts';
import { RunHandle } from './run.ts';
import type { RunRegistry } from './run-registry.ts';
import type { ListOptions, RunPage } from './runner-api.ts';

const pageMost = 1_000;
const statuses = ['open', 'completed', 'failed', 'cancelled'];

export class History {
  readonly #registry: RunRegistry;
  readonly #store: DurableStore | null;

  constructor(registry: RunRegistry, store: DurableStore | null) {
    this.#registry = registry;
    this.#store = store;
  }

  /** Rejects with `STORE_…`. */
  async find(runId: string): Promise<RunHandle | undefined> {
    const known = this.#registry.handle(runId);
    if (known !== undefined || this.#store === null || typeof runId !== 'string') return known;
    const stored = await this.#store.find(runId);
    if (stored === null) return undefined;
    const run = await remade(stored);
    if (run.status.kind === 'open') return this.#registry.handle(runId); // Its start was under way.
    const handle = new RunHandle(run, { cancel() {}, pause() {}, whenSafe: () => Promise.resolve() });
    handle.ended();
    return handle;
  }

  /** Rejects with `OPTION_INVALID` and `STORE_…`. */
  async list(options: ListOptions): Promise<RunPage> {
    const query = queryOf(options);
    const more = { ...query, count: query.count + 1 };
    const found =
      this.#store === null
        ? this.#registry.list(more).map(({ number, run }) => ({ ...run.summary, number }))
        : await this.#stored(await this.#store.list(more), this.#store);
    const page = found.slice(0, query.count);
    const last = page.at(-1);
    return {
      runs: page.map(({ number: _, ...run }) => run),
      next: last === undefined || found.length === page.length ? null : String(last.number),
    };
  }

  /** What the file does not say of runs that are open, their handles do. */
  #stored(runs: readonly ListedRun[], store: DurableStore): Promise<(RunSummary & { readonly number: number })[]> {
    return Promise.all(
      runs.map(async (run) => {
        const { number } = run;
        const summary = this.#registry.handle(run.id)?.summary;
        if (run.status === 'open' && summary !== undefined) return { ...summary, number };
        // It has ended meanwhile, and may be forgotten by now: then the next one is another run.
        const [now] =
          run.steps !== null ? [run] : await store.list({ tenant: null, status: null, before: number + 1, count: 1 });
        const again = now?.number === number ? now : run;
        return { ...again, steps: again.steps ?? { armed: 0, completed: 0, failed: 0, retried: 0 } };
      }),
    );
  }
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
