// Two check pools in one: each source is read for a short slice first, and what takes longer goes on elsewhere. So a source that takes seconds holds
// up only others that do, and a new source of another tenant waits for short slices.
import type { Checked, CheckPool, CheckUsed, Reported, Unchecked } from './threads.ts';

/** Most sources are read in a few ms, a large bundle in some hundred. */
const sliceMs = { any: 200, perMiB: 400 };

export class SlicedChecks implements CheckPool {
  readonly #short: CheckPool;
  readonly #startLong: () => CheckPool;
  /** Most runners never need it. */
  #long: CheckPool | null = null;
  #isClosed = false;

  /** `startLong` makes a pool for what takes longer, once there is such a source. */
  constructor(short: CheckPool, startLong: () => CheckPool) {
    this.#short = short;
    this.#startLong = startLong;
  }

  check(source: string, wallMs: number, tenant: string, used?: CheckUsed): Promise<Checked> {
    return this.#sliced(source, wallMs, (pool, ms) => pool.check(source, ms, tenant, used));
  }

  report(source: string, wallMs: number, tenant: string, used?: CheckUsed): Promise<Reported> {
    return this.#sliced(source, wallMs, (pool, ms) => pool.report(source, ms, tenant, used));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#short.close(), this.#long?.close()]);
  }

  async #sliced<Answer>(
    source: string,
    wallMs: number,
    ask: (pool: CheckPool, ms: number) => Promise<Answer | Unchecked>,
  ): Promise<Answer | Unchecked> {
    const ms = sliceMs.any + Math.ceil((sliceMs.perMiB * source.length) / 2 ** 20);
    const answer = await ask(this.#short, Math.min(ms, wallMs));
    if (answer !== 'late' || ms >= wallMs || this.#isClosed) return answer;
    this.#long ??= this.#startLong();
    return ask(this.#long, wallMs);
  }
}
