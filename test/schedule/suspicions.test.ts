// A workflow that has cost others a cell or a host begins alone until it has been good for long enough; what is kept of
// that has a bound, and nobody's misdeeds reach another tenant.
import { beforeEach, describe, expect, it } from 'vitest';
import { Suspicions } from '../../src/schedule/suspicions.ts';

let suspicions: Suspicions;

beforeEach(() => {
  suspicions = new Suspicions(3);
});

/** A workflow of a tenant. */
type Workflow = readonly [tenant: string, hash: string];

function programOf(tenant: string, hash = 'a'): Workflow {
  return [tenant, hash];
}

function accuse(workflow: Workflow, times = 1): void {
  for (let i = 0; i < times; i++) suspicions.accuse(...workflow);
}

/** How many clean steps it takes until the workflow is trusted. */
function cleanStepsOf(workflow: Workflow): number {
  let steps = 0;
  for (; suspicions.isSuspect(...workflow); steps++) suspicions.clear(...workflow);
  return steps;
}

describe('a workflow', () => {
  it('is trusted until it has cost something', () => {
    expect(suspicions.isSuspect(...programOf('acme'))).toBe(false);
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
    for (let i = 0; i < 7; i++) suspicions.clear(...program);
    accuse(program);
    expect(cleanStepsOf(program)).toBe(16);
    accuse(program, 3);
    expect(cleanStepsOf(program)).toBe(128);
  });

  it('is known by tenant and source, not by the object that it is', () => {
    accuse(programOf('acme', 'a'));
    expect(
      [programOf('acme', 'a'), programOf('acme', 'b'), programOf('bolt', 'a')].map((p) => suspicions.isSuspect(...p)),
    ).toEqual([true, false, false]);
  });

  it('gains nothing by clean steps before its offence, nor by those of another tenant', () => {
    const program = programOf('acme');
    for (let i = 0; i < 100; i++) suspicions.clear(...program);
    accuse(program);
    for (let i = 0; i < 100; i++) suspicions.clear(...programOf('bolt'));
    expect(cleanStepsOf(program)).toBe(8);
  });
});

describe('a tenant', () => {
  it('is suspect with three suspect workflows at once, and not with two', () => {
    accuse(programOf('acme', 'a'), 5);
    accuse(programOf('acme', 'b'), 5);
    expect(suspicions.isSuspect(...programOf('acme', 'new'))).toBe(false);
    accuse(programOf('acme', 'c'));
    expect(suspicions.isSuspect(...programOf('acme', 'new'))).toBe(true);
  });

  it('is trusted again when one of the three has come back', () => {
    for (const hash of ['a', 'b', 'c']) accuse(programOf('acme', hash));
    expect(cleanStepsOf(programOf('acme', 'b'))).toBe(8);
    for (const hash of ['a', 'b', 'c']) accuse(programOf('acme', hash));
    for (let i = 0; i < 16; i++) suspicions.clear(...programOf('acme', 'b'));
    expect(['a', 'b', 'c', 'new'].map((hash) => suspicions.isSuspect(...programOf('acme', hash)))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('is spoken for by the clean steps of a workflow that has done nothing', () => {
    for (const hash of ['a', 'b', 'c']) accuse(programOf('acme', hash));
    expect(cleanStepsOf(programOf('acme', 'new'))).toBe(8);
    expect(['a', 'b', 'c'].map((hash) => suspicions.isSuspect(...programOf('acme', hash)))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('is not suspect for what another tenant does, whatever their names', () => {
    const names = ['acme', 'acme:', ':acme', 'a', 'a:acme', '', ':', '__proto__', 'constructor'];
    for (const guilty of names) {
      suspicions = new Suspicions(3);
      for (const hash of ['a', 'b', 'c', 'd']) accuse(programOf(guilty, hash));
      const found = names.filter(
        (name) => suspicions.isSuspect(...programOf(name, 'a')) || suspicions.isSuspect(...programOf(name, 'new')),
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
      suspicions.isSuspect(...programOf(`tenant ${i}`)),
    );
    expect([found.length, found[0], found.at(-1)]).toEqual([most, accused - most, accused - 1]);
  });

  it('is forgotten of a tenant with a colon in its name as of any other', () => {
    for (let i = 0; i <= most; i++) accuse(programOf(`a:b:${i}`, 'hash'));
    expect([0, 1, most].map((i) => suspicions.isSuspect(...programOf(`a:b:${i}`, 'hash')))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('is no more for one tenant, however many workflows it has accused', () => {
    for (let i = 0; i < 2 * most; i++) accuse(programOf('acme', `hash ${i}`));
    for (let steps = 0; steps < most * 8; steps++) suspicions.clear(...programOf('acme', 'new'));
    expect(
      [programOf('acme', 'new'), programOf('acme', `hash ${2 * most - 1}`)].map((p) => suspicions.isSuspect(...p)),
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
    expect(suspicions.isSuspect(...program)).toBe(false);
    accuse(program);
    expect(cleanStepsOf(program)).toBe(8);
  });
});

describe('what one tenant does', () => {
  it('has nothing of another forgotten, however much it is', () => {
    accuse(programOf('innocent', 'a'));
    for (let n = 0; n < 11_000; n++) accuse(programOf('flood', String(n)));
    expect(suspicions.isSuspect(...programOf('innocent', 'a'))).toBe(true);
    expect(cleanStepsOf(programOf('innocent', 'a'))).toBe(8);
  });
});
