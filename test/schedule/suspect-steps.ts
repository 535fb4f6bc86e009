// As much of a workflow and of its steps as suspicion looks at.
import type { Program, RunState, Step } from '../../src/state/run-state.ts';

export function programOf(tenant: string, hash: string): Program {
  return { tenant, hash, code: '', methods: ['start'], identifiers: [], isStateless: false, isolation: 'realm' };
}

export function stepWith(program: Program, method: number): Pick<Step, 'run' | 'method'> {
  return { run: { program } as RunState, method };
}
