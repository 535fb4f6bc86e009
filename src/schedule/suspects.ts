// Who begins alone, and for how long: workflows that have cost others their host, or that had to be stopped; and methods that take longer than
// the slice of a turn that is shared, which is no harm where they have time. And who is not known yet.
import type { Program, Step } from '../state/run-state.ts';
import { Suspicions } from './suspicions.ts';

const workflowsPerSuspectTenant = 3;
/** A shared turn that is too long costs others 50 ms: a tenant may do that to them with so many methods. */
const longMethodsPerSuspectTenant = 16;

export class Suspects {
  readonly #workflows = new Suspicions(workflowsPerSuspectTenant);
  readonly #methods = new Suspicions(longMethodsPerSuspectTenant);
  readonly #known: WeakSet<Program> = new WeakSet();

  /** Whether a step of this workflow has run beside others and did no harm. */
  isKnown(program: Program): boolean {
    return this.#known.has(program);
  }

  isSuspect({ run: { program }, method }: Pick<Step, 'run' | 'method'>): boolean {
    const { tenant, hash } = program;
    return this.#workflows.isSuspect(tenant, hash) || this.#methods.isSuspect(tenant, methodOf(program, method));
  }

  /** A turn of this workflow has cost a host, or a cell by more than its slice of time. */
  accuse(program: Program): void {
    this.#known.delete(program);
    this.#workflows.accuse(program.tenant, program.hash);
  }

  /** A shared turn for steps of these methods took too long. */
  overran(program: Program, methods: ReadonlySet<number>): void {
    for (const method of methods) this.#methods.accuse(program.tenant, methodOf(program, method));
  }

  /** A step of this workflow ran beside others and did no harm. */
  vouch(program: Program): void {
    this.#known.add(program);
  }

  /** A step ran alone and did no harm. It speaks for all that it is suspect with. */
  clear({ run: { program }, method }: Pick<Step, 'run' | 'method'>): void {
    const { tenant, hash } = program;
    this.#workflows.clear(tenant, hash);
    const who = methodOf(program, method);
    if (this.#methods.isSuspect(tenant, who)) this.#methods.clear(tenant, who);
  }
}

function methodOf({ hash }: Program, method: number): string {
  return `${hash}/${method}`;
}
