// Checks of sources, as many at a time as each tenant may have: a source that waits for its turn is held in memory until then.
import { StepwellError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import type { Checked, CheckPool, Reported } from '../pool/threads.ts';

/** A check counts as so much at least: what is held of it beside the source. */
const bytesLeast = 1_024;

export class BoundedChecks {
  readonly #pool: CheckPool;
  /** Of the sources that are being checked or wait for it, by tenant. */
  readonly #bytes: Map<string, number> = new Map();

  constructor(pool: CheckPool) {
    this.#pool = pool;
  }

  /** Throws `TENANT_CHECKS_EXCEEDED`, at once. */
  check(tenant: string, source: string, limits: Limits): Promise<Checked> {
    return this.#counted(tenant, source, limits, () => this.#pool.check(source, limits.checkWallMs, tenant));
  }

  /** Throws `TENANT_CHECKS_EXCEEDED`, at once. */
  report(tenant: string, source: string, limits: Limits): Promise<Reported> {
    return this.#counted(tenant, source, limits, () => this.#pool.report(source, limits.checkWallMs, tenant));
  }

  #counted<T>(tenant: string, source: string, { checkBytesPerTenant: most }: Limits, task: () => Promise<T>) {
    const bytes = Math.min(most, Math.max(bytesLeast, Buffer.byteLength(source, 'utf8'))); // One alone is let in.
    const sum = (this.#bytes.get(tenant) ?? 0) + bytes;
    if (sum > most) {
      const message = `The tenant's sources that wait to be checked have their ${most} bytes (limit \`checkBytesPerTenant\`). Try again when some of them have been checked.`;
      throw new StepwellError('TENANT_CHECKS_EXCEEDED', message);
    }
    this.#bytes.set(tenant, sum);
    return task().finally(() => this.#giveBack(tenant, bytes));
  }

  #giveBack(tenant: string, bytes: number): void {
    const left = (this.#bytes.get(tenant) ?? 0) - bytes;
    if (left > 0) this.#bytes.set(tenant, left);
    else this.#bytes.delete(tenant);
  }
}
