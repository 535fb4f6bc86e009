// Checks of sources, as many at a time as each tenant may have: a source that waits for its turn is held in memory until then.
import { StepwellError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import type { Checked, CheckPool, CheckUsed, Reported } from '../pool/threads.ts';

/** Who pays for the CPU time that checks take. */
export interface CheckPayer {
  /** Throws if the tenant has used so much that nothing new of it is checked. */
  refuse(tenant: string): void;
  /** The check of a source of the tenant took this CPU time, in ms. */
  pay(tenant: string, cpuMs: number): void;
}

/** A check counts as so much at least: what is held of it beside the source. */
const bytesLeast = 1_024;

export class BoundedChecks {
  readonly #pool: CheckPool;
  readonly #payer: CheckPayer;
  /** Of the sources that are being checked or wait for it, by tenant. */
  readonly #bytes: Map<string, number> = new Map();

  constructor(pool: CheckPool, payer: CheckPayer) {
    this.#pool = pool;
    this.#payer = payer;
  }

  /** Throws `TENANT_CHECKS_EXCEEDED`, at once. */
  check(tenant: string, source: string, limits: Limits): Promise<Checked> {
    return this.#counted(tenant, source, limits, (used) => this.#pool.check(source, limits.checkWallMs, tenant, used));
  }

  /** Throws `TENANT_CHECKS_EXCEEDED`, at once. */
  report(tenant: string, source: string, limits: Limits): Promise<Reported> {
    return this.#counted(tenant, source, limits, (used) => this.#pool.report(source, limits.checkWallMs, tenant, used));
  }

  #counted<T>(
    tenant: string,
    source: string,
    { checkBytesPerTenant: most }: Limits,
    task: (used: CheckUsed) => Promise<T>,
  ) {
    this.#payer.refuse(tenant);
    const bytes = Math.min(most, Math.max(bytesLeast, Buffer.byteLength(source, 'utf8'))); // One alone is let in.
    const sum = (this.#bytes.get(tenant) ?? 0) + bytes;
    if (sum > most) {
      const message = `The tenant's sources that wait to be checked have their ${most} bytes (limit \`checkBytesPerTenant\`). Try again when some of them have been checked.`;
      throw new StepwellError('TENANT_CHECKS_EXCEEDED', message);
    }
    this.#bytes.set(tenant, sum);
    return task((cpuMs) => this.#payer.pay(tenant, cpuMs)).finally(() => this.#giveBack(tenant, bytes));
  }

  #giveBack(tenant: string, bytes: number): void {
    const left = (this.#bytes.get(tenant) ?? 0) - bytes;
    if (left > 0) this.#bytes.set(tenant, left);
    else this.#bytes.delete(tenant);
  }
}
