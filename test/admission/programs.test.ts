// Which programs are remembered: what one tenant starts pushes out nothing of another's.
import { describe, expect, it } from 'vitest';
import { type ProgramBounds, Programs } from '../../src/admission/programs.ts';
import type { Program } from '../../src/state/run-state.ts';
import { runOf } from '../state/fixtures.ts';

const roomy: ProgramBounds = { perTenant: 1_000, bytesPerTenant: 1e9, bytes: 1e9, tenants: 1_000 };

function programOf(tenant: string, n: number, characters = 0): Program {
  return { ...runOf({ tenant, hash: `${n}` }).program, code: 'x'.repeat(characters) };
}

/** Of this many of the tenant's, the numbers of those that are remembered. */
function numbersOf(programs: Programs, tenant: string, most = 20): number[] {
  return Array.from({ length: most }, (_, n) => n).filter((n) => programs.find(programOf(tenant, n)) !== undefined);
}

function fill(programs: Programs, tenant: string, count: number, characters = 0): void {
  for (let n = 0; n < count; n++) programs.remember(programOf(tenant, n, characters));
}

describe('a program', () => {
  it('is found by tenant, source and isolation, and is the same object then', () => {
    const programs = new Programs(roomy);
    const program = programOf('a', 1);
    programs.remember(program);
    expect(programs.find({ ...program })).toBe(program);
    expect(programs.find({ ...program, tenant: 'b' })).toBeUndefined();
    expect(programs.find({ ...program, hash: '2' })).toBeUndefined();
    expect(programs.find({ ...program, isolation: 'context' })).toBeUndefined();
  });

  it('is not lost to 1,100 of another tenant', () => {
    const programs = new Programs();
    const program = programOf('innocent', 1);
    programs.remember(program);
    fill(programs, 'flood', 1_100);
    expect(programs.find(program)).toBe(program);
    expect(numbersOf(programs, 'flood', 1_100)).toEqual(Array.from({ length: 1_000 }, (_, n) => n + 100));
  });

  it('goes when its tenant has used others since, beyond their number or what they weigh', () => {
    const few = new Programs({ ...roomy, perTenant: 3 });
    fill(few, 'a', 3);
    few.find(programOf('a', 0));
    few.remember(programOf('a', 3));
    expect(numbersOf(few, 'a')).toEqual([0, 2, 3]);
    const light = new Programs({ ...roomy, bytesPerTenant: 10_000 });
    fill(light, 'a', 10, 1_000);
    expect(numbersOf(light, 'a')).toEqual([7, 8, 9]);
    light.remember(programOf('a', 10, 50_000)); // One is let in, whatever it weighs.
    expect(numbersOf(light, 'a')).toEqual([10]);
  });

  it('goes where all weigh too much together, if its tenant has most', () => {
    const programs = new Programs({ ...roomy, bytes: 50_000 });
    fill(programs, 'a', 2, 1_000);
    fill(programs, 'b', 20, 1_000);
    expect([numbersOf(programs, 'a'), numbersOf(programs, 'b').at(0)]).toEqual([[0, 1], 3]);
    fill(programs, 'c', 20, 1_000);
    expect(['a', 'b', 'c'].map((tenant) => numbersOf(programs, tenant).length)).toEqual([2, 8, 9]);
    expect(programs.bytes).toBeLessThanOrEqual(50_000);
  });

  it('goes with its tenant, when that is the one that was here longest ago of too many', () => {
    let counted = 0;
    const programs = new Programs({ ...roomy, tenants: 2 }, (bytes) => {
      counted += bytes;
    });
    for (const tenant of ['a', 'b']) fill(programs, tenant, 3);
    programs.find(programOf('a', 1));
    fill(programs, 'c', 1);
    expect(['a', 'b', 'c'].map((tenant) => numbersOf(programs, tenant).length)).toEqual([3, 0, 1]);
    fill(programs, 'd', 1);
    fill(programs, 'e', 1);
    expect(programs.bytes).toBe(2 * bytesOfOne());
    expect(counted).toBe(programs.bytes);
  });
});

function bytesOfOne(): number {
  const programs = new Programs(roomy);
  fill(programs, 'x', 1);
  return programs.bytes;
}
