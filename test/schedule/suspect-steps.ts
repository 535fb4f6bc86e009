// As much of workflows and of their steps as suspicion looks at.
import { asRunId } from '../../src/ids.ts';
import { defaultLimits } from '../../src/limits.ts';
import { newRun } from '../../src/state/new-run.ts';
import type { Program, Step } from '../../src/state/run-state.ts';
import { newTenant, type TenantState } from '../../src/state/tenant-state.ts';

export function programOf(tenant: string, hash: string): Program {
  return { tenant, hash, code: '', methods: ['start'], identifiers: [], isStateless: false, isolation: 'realm' };
}

/** `tenant`: one that others of its steps have too. */
export function stepWith(
  program: Program,
  method: number,
  tenant: TenantState = newTenant(program.tenant, defaultLimits, 1),
): Pick<Step, 'run' | 'method'> {
  const of = { id: asRunId('run'), program, limits: defaultLimits, tenant, headers: '{}', seed: '', createdAt: 0 };
  return { run: newRun({ ...of, retry: { maxAttempts: 1, firstDelayMs: 0, longestDelayMs: 0 } }), method };
}
