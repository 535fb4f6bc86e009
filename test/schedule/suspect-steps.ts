// Workflows and steps of theirs, as suspicion tells them apart.
import type { Program, Step } from '../../src/state/run-state.ts';
import type { TenantState } from '../../src/state/tenant-state.ts';
import { runOf } from '../state/fixtures.ts';

export function programOf(tenant: string, hash: string): Program {
  return runOf({ tenant, hash }).program;
}

/** `tenant`: one that others of its steps have too. */
export function stepWith(program: Program, method: number, tenant?: TenantState): Pick<Step, 'run' | 'method'> {
  const run = runOf({ tenant: program.tenant });
  return { run: { ...run, program, tenant: tenant ?? run.tenant }, method };
}
