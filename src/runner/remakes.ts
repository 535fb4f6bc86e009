// Ended runs that are being made again for who asks for them. Half-made runs take memory, so few of them are made at a time, and of one
// tenant one. Who asks for a run that is being made gets the same one.
import { Fifo } from '../fifo.ts';

/** Runs that are made at a time, of all tenants. */
const atOnceMost = 4;

export class Remakes<T> {
  /** By run. */
  readonly #underWay: Map<string, Promise<T>> = new Map();
  /** Those that wait, by tenant; the tenant whose turn is next stands first. */
  readonly #waiting: Map<string, Fifo<() => void>> = new Map();
  /** Tenants of which a run is being made. */
  readonly #busy: Set<string> = new Set();

  /** Whether work for the tenant would wait for its turn. */
  mustWait(tenant: string): boolean {
    return this.#busy.size >= atOnceMost || this.#busy.has(tenant);
  }

  /** What the work for this run gives, which is begun when it is its tenant's turn, unless it is under way. */
  make(runId: string, tenant: string, work: () => Promise<T>): Promise<T> {
    const before = this.#underWay.get(runId);
    if (before !== undefined) return before;
    const made = this.#turnOf(tenant)
      .then(work)
      .finally(() => {
        this.#underWay.delete(runId);
        this.#busy.delete(tenant);
        this.#letIn();
      });
    this.#underWay.set(runId, made);
    return made;
  }

  #turnOf(tenant: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const others = this.#waiting.get(tenant) ?? new Fifo();
    others.push(resolve);
    this.#waiting.set(tenant, others);
    this.#letIn();
    return promise;
  }

  #letIn(): void {
    for (const [tenant, waiting] of this.#waiting) {
      if (this.#busy.size >= atOnceMost) return;
      if (this.#busy.has(tenant)) continue;
      this.#busy.add(tenant);
      this.#waiting.delete(tenant);
      waiting.shift()?.();
      if (waiting.size > 0) this.#waiting.set(tenant, waiting);
    }
  }
}
