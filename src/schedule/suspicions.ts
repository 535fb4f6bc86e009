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
/** As many are remembered of a tenant, and of so many tenants; those whose last offence is longest ago are forgotten first. */
const rememberedPerTenant = 1_000;
const tenantsRemembered = 10_000;

interface Offender {
  /** In the order of their last offences. */
  readonly suspicions: Map<string, Suspicion>;
  /** Those that are not trusted now, in the order in which they became so. */
  readonly suspects: Set<string>;
}

export class Suspicions {
  readonly #perSuspectTenant: number;
  /** In the order of their last offences. What one tenant does has nothing of another's forgotten. */
  readonly #tenants: Map<string, Offender> = new Map();

  /** `perSuspectTenant`: a tenant with so many at once is suspect itself. */
  constructor(perSuspectTenant: number) {
    this.#perSuspectTenant = perSuspectTenant;
  }

  isSuspect(tenant: string, who: string): boolean {
    const suspects = this.#tenants.get(tenant)?.suspects;
    return suspects !== undefined && (suspects.has(who) || suspects.size >= this.#perSuspectTenant);
  }

  accuse(tenant: string, who: string): void {
    const offender = this.#tenants.get(tenant) ?? { suspicions: new Map(), suspects: new Set() };
    const { suspicions, suspects } = offender;
    const offences = (suspicions.get(who)?.offences ?? 0) + 1;
    const cleanLeft = Math.min(cleanStepsMost, cleanStepsFirst * 2 ** (offences - 1));
    suspicions.delete(who);
    suspicions.set(who, { offences, cleanLeft });
    suspects.add(who);
    this.#tenants.delete(tenant);
    this.#tenants.set(tenant, offender);
    for (const oldest of suspicions.keys()) {
      if (suspicions.size <= rememberedPerTenant) break;
      suspicions.delete(oldest);
      suspects.delete(oldest);
    }
    for (const oldest of this.#tenants.keys()) {
      if (this.#tenants.size <= tenantsRemembered) break;
      this.#tenants.delete(oldest);
    }
  }

  /** A step of `who` ran alone and did no harm. If that one is not suspect, it speaks for its tenant. */
  clear(tenant: string, who: string): void {
    const offender = this.#tenants.get(tenant);
    if (offender === undefined) return;
    const { suspicions, suspects } = offender;
    const [oldest = who] = suspects;
    const cleared = suspects.has(who) ? who : oldest;
    const suspicion = suspicions.get(cleared);
    if (suspicion !== undefined && --suspicion.cleanLeft <= 0) suspects.delete(cleared);
  }
}
