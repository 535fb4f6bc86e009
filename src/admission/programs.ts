// Programs that passed the check, so that a source is checked once. Each tenant has a list of its own: what one tenant starts pushes out
// nothing of another's, for with a program go its warm cells and what is known of it.
import type { Program } from '../state/run-state.ts';

/** What the steps of a run find around them, whatever their source. */
export type Environment = Pick<Program, 'isolation' | 'region'>;

type ProgramId = Environment & Pick<Program, 'tenant' | 'hash'>;

/** What is remembered, at most. A tenant has one program at least, whatever it weighs. */
export interface ProgramBounds {
  readonly perTenant: number;
  readonly bytesPerTenant: number;
  /** Where all tenants' programs weigh more together, whoever has most forgets its own. */
  readonly bytes: number;
  readonly tenants: number;
}

const MiB = 2 ** 20;
export const defaultBounds: ProgramBounds = {
  perTenant: 1_000,
  bytesPerTenant: 64 * MiB,
  bytes: 512 * MiB,
  tenants: 10_000,
};

/** What a program and each of its names take beside their text. */
const objectBytes = 512;
const nameBytes = 40;

interface Remembered {
  /** By hash and environment, the least recently used first. */
  readonly programs: Map<string, Program>;
  bytes: number;
}

export class Programs {
  readonly #bounds: ProgramBounds;
  readonly #count: (bytes: number) => void;
  /** The least recently used first. */
  readonly #tenants: Map<string, Remembered> = new Map();
  #bytes = 0;

  /** `count` is told by how much more, or less, all of them weigh. */
  constructor(bounds: ProgramBounds = defaultBounds, count: (bytes: number) => void = () => {}) {
    this.#bounds = bounds;
    this.#count = count;
  }

  /** What they weigh, about. */
  get bytes(): number {
    return this.#bytes;
  }

  find(id: ProgramId): Program | undefined {
    const own = this.#tenants.get(id.tenant);
    const key = keyWithinTenant(id);
    const program = own?.programs.get(key);
    if (own === undefined || program === undefined) return undefined;
    own.programs.delete(key);
    own.programs.set(key, program);
    this.#used(id.tenant, own);
    return program;
  }

  /** Takes one up, and forgets what is too much then. */
  remember(program: Program): void {
    const { tenant } = program;
    const own = this.#tenants.get(tenant) ?? { programs: new Map(), bytes: 0 };
    this.#used(tenant, own);
    this.#forget(own, keyWithinTenant(program));
    own.programs.set(keyWithinTenant(program), program);
    this.#weigh(own, bytesOf(program));
    const { perTenant, bytesPerTenant, bytes, tenants } = this.#bounds;
    while (own.programs.size > 1 && (own.programs.size > perTenant || own.bytes > bytesPerTenant))
      this.#forgetOldest(own);
    for (const [name, oldest] of this.#tenants) {
      if (this.#tenants.size <= tenants) break;
      this.#tenants.delete(name);
      this.#weigh(oldest, -oldest.bytes);
    }
    while (this.#bytes > bytes) {
      const heaviest = this.#heaviest();
      if (heaviest === undefined) return;
      this.#forgetOldest(heaviest);
    }
  }

  #used(tenant: string, own: Remembered): void {
    this.#tenants.delete(tenant);
    this.#tenants.set(tenant, own);
  }

  #weigh(own: Remembered, bytes: number): void {
    own.bytes += bytes;
    this.#bytes += bytes;
    this.#count(bytes);
  }

  #forgetOldest(own: Remembered): void {
    for (const key of own.programs.keys()) return this.#forget(own, key);
  }

  #forget(own: Remembered, key: string): void {
    const program = own.programs.get(key);
    if (program === undefined) return;
    own.programs.delete(key);
    this.#weigh(own, -bytesOf(program));
  }

  /** Of those that have several: a tenant's last one stays. */
  #heaviest(): Remembered | undefined {
    let heaviest: Remembered | undefined;
    for (const own of this.#tenants.values()) {
      if (own.programs.size > 1 && own.bytes > (heaviest?.bytes ?? 0)) heaviest = own;
    }
    return heaviest;
  }
}

/** Of a program among those of its tenant. */
export function keyWithinTenant({ hash, isolation, region }: Omit<ProgramId, 'tenant'>): string {
  return `${hash} ${isolation} ${region.timeZone} ${region.locale}`;
}

/** Two bytes a character, as a text takes that is not Latin-1. */
function bytesOf({ code, methods, identifiers }: Program): number {
  let bytes = objectBytes + 2 * code.length;
  for (const names of [methods, identifiers]) for (const name of names) bytes += nameBytes + 2 * name.length;
  return bytes;
}
