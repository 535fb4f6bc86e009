// Who has done something that others may not have to bear again: what it is of whom, and how many clean steps it takes until it is
// forgiven. A tenant of whom several are suspect at once is suspect itself: it may have as many more as it likes.

interface Suspicion {
  offences: number;
  /** Steps that have to end clean before it is trusted again; 0 when it is. */
  cleanLeft: number;
}

/** After the first offence; twice as many after each further one, up to a bound. */
const cleanStepsFirst = 8;
const cleanStepsMost = 4_096;
/** As many are remembered; those whose last offence is longest ago are forgotten first. */
const rememberedMost = 10_000;

export class Suspicions {
  readonly #perSuspectTenant: number;
  readonly #suspicions: Map<string, Suspicion> = new Map();
  /** Suspects by tenant, in the order in which they became so. */
  readonly #byTenant: Map<string, Set<string>> = new Map();

  /** `perSuspectTenant`: a tenant with so many at once is suspect itself. */
  constructor(perSuspectTenant: number) {
    this.#perSuspectTenant = perSuspectTenant;
  }

  /** `who` has no colon. */
  isSuspect(tenant: string, who: string): boolean {
    const ofTenant = this.#byTenant.get(tenant);
    return ofTenant !== undefined && (ofTenant.has(who) || ofTenant.size >= this.#perSuspectTenant);
  }

  accuse(tenant: string, who: string): void {
    const key = keyOf(tenant, who);
    const offences = (this.#suspicions.get(key)?.offences ?? 0) + 1;
    const cleanLeft = Math.min(cleanStepsMost, cleanStepsFirst * 2 ** (offences - 1));
    this.#suspicions.delete(key);
    this.#suspicions.set(key, { offences, cleanLeft });
    const ofTenant = this.#byTenant.get(tenant) ?? new Set();
    this.#byTenant.set(tenant, ofTenant.add(who));
    for (const [oldest] of this.#suspicions) {
      if (this.#suspicions.size <= rememberedMost) return;
      const [of = '', ...tenantOf] = oldest.split(':');
      this.#suspicions.delete(oldest);
      this.#acquit(tenantOf.join(':'), of);
    }
  }

  /** A step of `who` ran alone and did no harm. If that one is not suspect, it speaks for its tenant. */
  clear(tenant: string, who: string): void {
    const ofTenant = this.#byTenant.get(tenant);
    if (ofTenant === undefined) return;
    const [oldest = who] = ofTenant;
    const cleared = ofTenant.has(who) ? who : oldest;
    const suspicion = this.#suspicions.get(keyOf(tenant, cleared));
    if (suspicion !== undefined && --suspicion.cleanLeft <= 0) this.#acquit(tenant, cleared);
  }

  #acquit(tenant: string, who: string): void {
    const ofTenant = this.#byTenant.get(tenant);
    ofTenant?.delete(who);
    if (ofTenant?.size === 0) this.#byTenant.delete(tenant);
  }
}

/** A tenant may have a colon. */
function keyOf(tenant: string, who: string): string {
  return `${who}:${tenant}`;
}
