// Who begins alone: workflows that have cost others their cell or their host, for a while; and all workflows of a tenant
// that has several such ones. They come back to the shared lane by steps that end clean. And who is not known yet.
import type { Program } from '../state/run-state.ts';

interface Suspicion {
  offences: number;
  /** Steps that have to end clean before the workflow is trusted again; 0 when it is. */
  cleanLeft: number;
}

/** After the first offence; twice as many after each further one, up to a bound. */
const cleanStepsFirst = 8;
const cleanStepsMost = 4_096;
/** A tenant with so many suspect workflows at once is suspect itself: it may have as many more as it likes. */
const programsPerSuspectTenant = 3;
/** Workflows that are remembered; those whose last offence is longest ago are forgotten first. */
const programsMost = 10_000;

export class Suspects {
  readonly #suspicions: Map<string, Suspicion> = new Map();
  /** Suspect workflows by tenant, in the order in which they became so. */
  readonly #byTenant: Map<string, Set<string>> = new Map();
  readonly #known: WeakSet<Program> = new WeakSet();

  /** Whether a step of this workflow has run beside others and did no harm. */
  isKnown(program: Program): boolean {
    return this.#known.has(program);
  }

  isSuspect({ tenant, hash }: Program): boolean {
    const ofTenant = this.#byTenant.get(tenant);
    return ofTenant !== undefined && (ofTenant.has(hash) || ofTenant.size >= programsPerSuspectTenant);
  }

  /** A turn of this workflow has cost a cell or a host. */
  accuse(program: Program): void {
    const { tenant, hash } = program;
    this.#known.delete(program);
    const key = keyOf(tenant, hash);
    const offences = (this.#suspicions.get(key)?.offences ?? 0) + 1;
    const cleanLeft = Math.min(cleanStepsMost, cleanStepsFirst * 2 ** (offences - 1));
    this.#suspicions.delete(key);
    this.#suspicions.set(key, { offences, cleanLeft });
    const ofTenant = this.#byTenant.get(tenant) ?? new Set();
    this.#byTenant.set(tenant, ofTenant.add(hash));
    for (const [oldest] of this.#suspicions) {
      if (this.#suspicions.size <= programsMost) return;
      const [hashOf = '', ...tenantOf] = oldest.split(':');
      this.#suspicions.delete(oldest);
      this.#acquit(tenantOf.join(':'), hashOf);
    }
  }

  /** A step of this workflow ran beside others and did no harm. */
  vouch(program: Program): void {
    this.#known.add(program);
  }

  /** A step of this workflow ran alone and did no harm. It speaks for the tenant as well. */
  clear({ tenant, hash }: Program): void {
    const ofTenant = this.#byTenant.get(tenant);
    if (ofTenant === undefined) return;
    const [oldest = hash] = ofTenant;
    const cleared = ofTenant.has(hash) ? hash : oldest;
    const suspicion = this.#suspicions.get(keyOf(tenant, cleared));
    if (suspicion !== undefined && --suspicion.cleanLeft <= 0) this.#acquit(tenant, cleared);
  }

  #acquit(tenant: string, hash: string): void {
    const ofTenant = this.#byTenant.get(tenant);
    ofTenant?.delete(hash);
    if (ofTenant?.size === 0) this.#byTenant.delete(tenant);
  }
}

/** A hash has no colon; a tenant may. */
function keyOf(tenant: string, hash: string): string {
  return `${hash}:${tenant}`;
}
