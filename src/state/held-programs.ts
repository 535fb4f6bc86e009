// The sources that a tenant's open runs have, and those that are remembered: each is counted once, for as long as anybody has it.
import { kinds } from './account.ts';
import type { Program } from './run-state.ts';
import type { TenantState } from './tenant-state.ts';
import { programBytes } from './weight.ts';

/** How many have a program, and what it takes: weighed once. */
export interface HeldProgram {
  holders: number;
  readonly bytes: number;
}

export function holdProgram({ programs, memory }: TenantState, program: Program): void {
  const held = programs.get(program);
  if (held !== undefined) {
    held.holders++;
    return;
  }
  const bytes = programBytes(program);
  programs.set(program, { holders: 1, bytes });
  memory.take(kinds.programs, bytes);
}

export function letGoOfProgram({ programs, memory }: TenantState, program: Program): void {
  const held = programs.get(program);
  if (held === undefined || --held.holders > 0) return;
  programs.delete(program);
  memory.take(kinds.programs, -held.bytes);
}
