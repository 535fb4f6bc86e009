// Who begins alone, and for how long: workflows that have cost others their host, or that had to be stopped; and methods that take longer than
// the slice of a turn that is shared, which is no harm where they have time. And who is not known yet.
import type { Program, Step } from '../state/run-state.ts';
import type { TenantState } from '../state/tenant-state.ts';
import { Suspicions } from './suspicions.ts';

const workflowsPerSuspectTenant = 3;
/** A shared turn that is too long costs others 50 ms: with each so manieth of a tenant its workflow is suspect as a whole. */
const overrunsMost = 16;
/** A workflow that is there so often when a thread is lost to an unknown fault is suspect. */
const presentMost = 3;

type Called = Pick<Step, 'run' | 'method'>;

export class Suspects {
  readonly #workflows = new Suspicions(workflowsPerSuspectTenant);
  readonly #methods = new Suspicions(Number.POSITIVE_INFINITY);
  /** Turns that were too long since the last that told on a workflow. */
  readonly #overruns: WeakMap<TenantState, number> = new WeakMap();
  readonly #known: WeakSet<Program> = new WeakSet();
  /** Threads whose end could be laid to nobody, and in which it had steps, since the last that told on it. */
  readonly #present: WeakMap<Program, number> = new WeakMap();

  /** Whether this workflow has had a turn beside others and did no harm. */
  isKnown(program: Program): boolean {
    return this.#known.has(program);
  }

  isSuspect({ run: { program }, method }: Called): boolean {
    const { tenant, hash } = program;
    return this.#workflows.isSuspect(tenant, hash) || this.#methods.isSuspect(tenant, methodOf(program, method));
  }

  /** A turn of this workflow has cost a host, or a cell by more than its slice of time. */
  accuse(program: Program): void {
    this.#known.delete(program);
    this.#workflows.accuse(program.tenant, program.hash);
  }

  /** A thread was lost that this workflow had steps in, and it is not known to whose fault. */
  wasThere(program: Program): void {
    const times = (this.#present.get(program) ?? 0) + 1;
    this.#present.set(program, times % presentMost);
    if (times === presentMost) this.accuse(program);
  }

  /** A shared turn for these steps, which are of one workflow, took too long: any of them, or all together. */
  overran(steps: readonly Called[]): void {
    const [first] = steps;
    if (first === undefined) return;
    const { program, tenant } = first.run;
    for (const method of new Set(steps.map((step) => step.method))) {
      this.#methods.accuse(tenant.name, methodOf(program, method));
    }
    const overruns = (this.#overruns.get(tenant) ?? 0) + 1;
    this.#overruns.set(tenant, overruns % overrunsMost);
    if (overruns === overrunsMost) this.accuse(program);
  }

  /** This workflow had a turn beside others and did no harm. */
  vouch(program: Program): void {
    this.#known.add(program);
  }

  /** A step ran alone and did no harm. It speaks for all that it is suspect with. */
  clear({ run: { program }, method }: Called): void {
    const { tenant, hash } = program;
    const who = methodOf(program, method);
    if (this.#workflows.isSuspect(tenant, hash)) this.#workflows.clear(tenant, hash);
    if (this.#methods.isSuspect(tenant, who)) this.#methods.clear(tenant, who);
  }
}

function methodOf({ hash }: Program, method: number): string {
  return `${hash}/${method}`;
}
