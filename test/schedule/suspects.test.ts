// A workflow that has cost others a cell or a host begins alone until it has been good for long enough; what is kept of
// that has a bound, and nobody's misdeeds reach another tenant.
import { beforeEach, describe, expect, it } from 'vitest';
import { Suspects } from '../../src/schedule/suspects.ts';
import type { Program } from '../../src/state/run-state.ts';

let suspects: Suspects;

beforeEach(() => {
  suspects = new Suspects();
});

function programOf(tenant: string, hash = 'a'): Program {
  return { tenant, hash, code: '', methods: ['start'], identifiers: [], isStateless: false, isolation: 'realm' };
}

function accuse(program: Program, times = 1): void {
  for (let i = 0; i < times; i++) suspects.accuse(program);
}

/** How many clean steps it takes until the workflow is trusted. */
function cleanStepsOf(program: Program): number {
  let steps = 0;
  for (; suspects.isSuspect(program); steps++) suspects.clear(program);
  return steps;
}

describe('a workflow', () => {
  it('is trusted until it has cost something', () => {
    expect(suspects.isSuspect(programOf('acme'))).toBe(false);
  });

  it('comes back after 8 clean steps, after 16 the next time, and so on, up to 4,096', () => {
    const program = programOf('acme');
    const steps = Array.from({ length: 13 }, () => {
      accuse(program);
      return cleanStepsOf(program);
    });
    expect(steps).toEqual([8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 4_096, 4_096, 4_096]);
  });

  it('pays for each offence that it adds while it is suspect, from its first clean step on', () => {
    const program = programOf('acme');
    accuse(program);
    for (let i = 0; i < 7; i++) suspects.clear(program);
    accuse(program);
    expect(cleanStepsOf(program)).toBe(16);
    accuse(program, 3);
    expect(cleanStepsOf(program)).toBe(128);
  });

  it('is known by tenant and source, not by the object that it is', () => {
    accuse(programOf('acme', 'a'));
    expect(
      [programOf('acme', 'a'), programOf('acme', 'b'), programOf('bolt', 'a')].map((p) => suspects.isSuspect(p)),
    ).toEqual([true, false, false]);
  });

  it('gains nothing by clean steps before its offence, nor by those of another tenant', () => {
    const program = programOf('acme');
    for (let i = 0; i < 100; i++) suspects.clear(program);
    accuse(program);
    for (let i = 0; i < 100; i++) suspects.clear(programOf('bolt'));
    expect(cleanStepsOf(program)).toBe(8);
  });
});

describe('a tenant', () => {
  it('is suspect with three suspect workflows at once, and not with two', () => {
    accuse(programOf('acme', 'a'), 5);
    accuse(programOf('acme', 'b'), 5);
    expect(suspects.isSuspect(programOf('acme', 'new'))).toBe(false);
    accuse(programOf('acme', 'c'));
    expect(suspects.isSuspect(programOf('acme', 'new'))).toBe(true);
  });

  it('is trusted again when one of the three has come back', () => {
    for (const hash of ['a', 'b', 'c']) accuse(programOf('acme', hash));
    expect(cleanStepsOf(programOf('acme', 'b'))).toBe(8);
    for (const hash of ['a', 'b', 'c']) accuse(programOf('acme', hash));
    for (let i = 0; i < 16; i++) suspects.clear(programOf('acme', 'b'));
    expect(['a', 'b', 'c', 'new'].map((hash) => suspects.isSuspect(programOf('acme', hash)))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('is spoken for by the clean steps of a workflow that has done nothing', () => {
    for (const hash of ['a', 'b', 'c']) accuse(programOf('acme', hash));
    expect(cleanStepsOf(programOf('acme', 'new'))).toBe(8);
    expect(['a', 'b', 'c'].map((hash) => suspects.isSuspect(programOf('acme', hash)))).toEqual([false, true, true]);
  });

  it('is not suspect for what another tenant does, whatever their names', () => {
    const names = ['acme', 'acme:', ':acme', 'a', 'a:acme', '', ':', '__proto__', 'constructor'];
    for (const guilty of names) {
      suspects = new Suspects();
      for (const hash of ['a', 'b', 'c', 'd']) accuse(programOf(guilty, hash));
      const found = names.filter(
        (name) => suspects.isSuspect(programOf(name, 'a')) || suspects.isSuspect(programOf(name, 'new')),
      );
      expect(found, `guilty: ${guilty}`).toEqual([guilty]);
    }
  });
});

describe('what is remembered', () => {
  const accused = 100_000;
  const most = 10_000;

  it('are the 10,000 workflows that were accused last', () => {
    for (let i = 0; i < accused; i++) accuse(programOf(`tenant ${i}`));
    const found = Array.from({ length: accused }, (_, i) => i).filter((i) =>
      suspects.isSuspect(programOf(`tenant ${i}`)),
    );
    expect([found.length, found[0], found.at(-1)]).toEqual([most, accused - most, accused - 1]);
  });

  it('is forgotten of a tenant with a colon in its name as of any other', () => {
    for (let i = 0; i <= most; i++) accuse(programOf(`a:b:${i}`, 'hash'));
    expect([0, 1, most].map((i) => suspects.isSuspect(programOf(`a:b:${i}`, 'hash')))).toEqual([false, true, true]);
  });

  it('is no more for one tenant, however many workflows it has accused', () => {
    for (let i = 0; i < 2 * most; i++) accuse(programOf('acme', `hash ${i}`));
    for (let steps = 0; steps < most * 8; steps++) suspects.clear(programOf('acme', 'new'));
    expect(
      [programOf('acme', 'new'), programOf('acme', `hash ${2 * most - 1}`)].map((p) => suspects.isSuspect(p)),
    ).toEqual([false, false]);
  });

  it('is kept of one that goes on offending, and how often it has', () => {
    const program = programOf('acme');
    for (let i = 0; i < 3 * most; i++) {
      if (i % 2_000 === 0) accuse(program);
      accuse(programOf(`tenant ${i}`));
    }
    expect(cleanStepsOf(program)).toBe(4_096);
  });

  it('is not even the number of offences of one that has been forgotten', () => {
    const program = programOf('acme');
    accuse(program, 10);
    for (let i = 0; i < most; i++) accuse(programOf(`tenant ${i}`));
    expect(suspects.isSuspect(program)).toBe(false);
    accuse(program);
    expect(cleanStepsOf(program)).toBe(8);
  });
});
