// Who begins alone: a whole workflow for what costs others a host, a method alone for turns that are too long.
import { beforeEach, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/limits.ts';
import { Suspects } from '../../src/schedule/suspects.ts';
import type { Program, Step } from '../../src/state/run-state.ts';
import { newTenant } from '../../src/state/tenant-state.ts';
import { programOf, stepWith } from './suspect-steps.ts';

let suspects: Suspects;
beforeEach(() => {
  suspects = new Suspects();
});

const acme = newTenant('acme', defaultLimits, 1);
const isSuspect = (tenant: string, hash: string, method: number): boolean =>
  suspects.isSuspect(stepWith(programOf(tenant, hash), method));
const overran = (program: Program, ...methods: number[]): void =>
  suspects.overran(methods.map((method) => stepWith(program, method, acme)));

function cleanStepsOf(step: Pick<Step, 'run' | 'method'>): number {
  let steps = 0;
  for (; suspects.isSuspect(step); steps++) suspects.clear(step);
  return steps;
}

describe('a method whose turns are too long', () => {
  it('begins alone, and the others of its workflow do not', () => {
    overran(programOf('acme', 'a'), 1, 3, 3);
    expect([0, 1, 2, 3].map((method) => isSuspect('acme', 'a', method))).toEqual([false, true, false, true]);
    expect([isSuspect('acme', 'b', 1), isSuspect('bolt', 'a', 1)]).toEqual([false, false]);
  });

  it('comes back by its own clean steps, not by those of others', () => {
    const program = programOf('acme', 'a');
    overran(program, 1);
    for (let i = 0; i < 100; i++) suspects.clear(stepWith(program, 0));
    expect(cleanStepsOf(stepWith(program, 1))).toBe(8);
    overran(program, 1);
    expect(cleanStepsOf(stepWith(program, 1))).toBe(16);
  });

  it('is no reason to suspect its tenant, however many there were in a turn', () => {
    overran(programOf('acme', 'a'), ...Array.from({ length: 256 }, (_, method) => method));
    expect([isSuspect('acme', 'a', 255), isSuspect('acme', 'a', 256), isSuspect('acme', 'b', 0)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('says nothing of whether its workflow is known', () => {
    const program = programOf('acme', 'a');
    suspects.vouch(program);
    overran(program, 0);
    expect(suspects.isKnown(program)).toBe(true);
    suspects.accuse(program);
    expect(suspects.isKnown(program)).toBe(false);
  });
});

describe('a tenant with one turn after the other that is too long, each of another method', () => {
  it('has one more suspect workflow with every sixteenth, and is suspect itself with the third', () => {
    for (let turn = 1; turn <= 48; turn++) {
      expect([turn, isSuspect('acme', 'new', 0)]).toEqual([turn, false]);
      overran(programOf('acme', `${Math.ceil(turn / 16)}`), turn);
      expect([turn, isSuspect('acme', `${Math.ceil(turn / 16)}`, 0)]).toEqual([turn, turn % 16 === 0]);
    }
    expect([isSuspect('acme', 'new', 0), isSuspect('bolt', 'new', 0)]).toEqual([true, false]);
  });
});

describe('a workflow that has cost others a host', () => {
  it('begins alone with all of its methods, until any of them has been clean', () => {
    const program = programOf('acme', 'a');
    suspects.accuse(program);
    overran(program, 1);
    expect([0, 1, 2].map((method) => isSuspect('acme', 'a', method))).toEqual([true, true, true]);
    expect(cleanStepsOf(stepWith(program, 0))).toBe(8);
    expect([0, 1, 2].map((method) => isSuspect('acme', 'a', method))).toEqual([false, true, false]);
  });

  it('is not cleared by one that begins alone because its turns are too long', () => {
    const [crashing, long] = [programOf('acme', 'a'), programOf('acme', 'b')];
    suspects.accuse(crashing);
    overran(long, 0);
    for (let i = 0; i < 100; i++) suspects.clear(stepWith(long, 0));
    expect(cleanStepsOf(stepWith(crashing, 0))).toBe(8);
  });
});
