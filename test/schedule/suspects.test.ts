// Who begins alone: a whole workflow for what costs others a host, a method alone for turns that are too long.
import { beforeEach, describe, expect, it } from 'vitest';
import { Suspects } from '../../src/schedule/suspects.ts';
import type { Step } from '../../src/state/run-state.ts';
import { programOf, stepWith } from './suspect-steps.ts';

let suspects: Suspects;
beforeEach(() => {
  suspects = new Suspects();
});

const isSuspect = (tenant: string, hash: string, method: number): boolean =>
  suspects.isSuspect(stepWith(programOf(tenant, hash), method));

function cleanStepsOf(step: Pick<Step, 'run' | 'method'>): number {
  let steps = 0;
  for (; suspects.isSuspect(step); steps++) suspects.clear(step);
  return steps;
}

describe('a method whose turns are too long', () => {
  it('begins alone, and the others of its workflow do not', () => {
    suspects.overran(programOf('acme', 'a'), new Set([1, 3]));
    expect([0, 1, 2, 3].map((method) => isSuspect('acme', 'a', method))).toEqual([false, true, false, true]);
    expect([isSuspect('acme', 'b', 1), isSuspect('bolt', 'a', 1)]).toEqual([false, false]);
  });

  it('comes back by its own clean steps, not by those of others', () => {
    const program = programOf('acme', 'a');
    suspects.overran(program, new Set([1]));
    for (let i = 0; i < 100; i++) suspects.clear(stepWith(program, 0));
    expect(cleanStepsOf(stepWith(program, 1))).toBe(8);
    suspects.overran(program, new Set([1]));
    expect(cleanStepsOf(stepWith(program, 1))).toBe(16);
  });

  it('is one of 16 that a tenant may have before all of its steps begin alone', () => {
    for (let i = 0; i < 15; i++) suspects.overran(programOf('acme', `${i % 4}`), new Set([i]));
    expect(isSuspect('acme', 'new', 0)).toBe(false);
    suspects.overran(programOf('acme', 'last'), new Set([0]));
    expect([isSuspect('acme', 'new', 0), isSuspect('bolt', 'new', 0)]).toEqual([true, false]);
    expect(cleanStepsOf(stepWith(programOf('acme', 'new'), 0))).toBe(8);
  });

  it('says nothing of whether its workflow is known', () => {
    const program = programOf('acme', 'a');
    suspects.vouch(program);
    suspects.overran(program, new Set([0]));
    expect(suspects.isKnown(program)).toBe(true);
    suspects.accuse(program);
    expect(suspects.isKnown(program)).toBe(false);
  });
});

describe('a workflow that has cost others a host', () => {
  it('begins alone with all of its methods, until any of them has been clean', () => {
    const program = programOf('acme', 'a');
    suspects.accuse(program);
    suspects.overran(program, new Set([1]));
    expect([0, 1, 2].map((method) => isSuspect('acme', 'a', method))).toEqual([true, true, true]);
    expect(cleanStepsOf(stepWith(program, 0))).toBe(8);
    expect([0, 1, 2].map((method) => isSuspect('acme', 'a', method))).toEqual([false, true, false]);
  });
});
