// Tenants take turns, each within its own bound, whatever the others ask for.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { FairQueue } from '../../src/schedule/fair-queue.ts';
import { PackedSteps } from '../../src/schedule/packed-steps.ts';
import type { Payer } from '../../src/schedule/payers.ts';
import type { RunState, Step } from '../../src/state/run-state.ts';
import type { TenantState } from '../../src/state/tenant-state.ts';
import { type Random, seededRandom, seeds } from '../random.ts';
import { runOf, stepOf } from '../state/fixtures.ts';

function stepsOf(tenant: string, count: number, stepsActivePerTenant = 100): Step[] {
  const run = runOf({ tenant, limits: { stepsActivePerTenant } });
  return Array.from({ length: count }, (_, index) => stepOf(run, index + 1));
}

function nameOf({ run, ordinal }: Step): string {
  return `${run.program.tenant}${ordinal}`;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Of the runs whose steps were placed. */
const payers = new WeakMap<RunState, Payer>();

/** What is placed, in order, while `room` is left. */
function placed(queue: FairQueue, room = Number.POSITIVE_INFINITY): string[] {
  const names: string[] = [];
  queue.dispatch((step, payer) => {
    if (names.length >= room) return 'full';
    names.push(nameOf(step));
    payers.set(step.run, payer);
    return 'taken';
  });
  return names;
}

interface Active {
  readonly step: Step;
  readonly payer: Payer;
  readonly guess: number;
}

/** Starts steps until so many are active. Gives whose they are. */
function startUpTo(most: number, queue: FairQueue, active: Active[]): string[] {
  const tenants: string[] = [];
  queue.dispatch((step, payer) => {
    if (active.length >= most) return 'full';
    active.push({ step, payer, guess: payer.stepMicros });
    tenants.push(step.run.program.tenant);
    return 'taken';
  });
  return tenants;
}

/** The step has ended, and has cost so much; by default what it was guessed to. */
function release(queue: FairQueue, step: Step, cost?: number, turns = 0): void {
  const payer = payers.get(step.run);
  if (payer === undefined) throw new Error(`${nameOf(step)} was not placed.`);
  queue.release(payer, payer.stepMicros, cost ?? payer.stepMicros, turns);
}

describe('the round', () => {
  it('gives each tenant one step, in the order of its own, whoever came with more', () => {
    const queue = new FairQueue();
    for (const step of [...stepsOf('a', 4), ...stepsOf('b', 2), ...stepsOf('c', 1)]) queue.push(step);
    expect(placed(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
  });

  it('takes many steps of a run over as it takes one', () => {
    const queue = new FairQueue();
    const [first, ...others] = stepsOf('a', 200) as [Step, ...Step[]];
    const packed = new PackedSteps(first.run);
    for (const step of others) packed.push(step);
    queue.push(first);
    queue.append(first.run, packed);
    for (const step of stepsOf('b', 1)) queue.push(step);
    expect([queue.size, queue.waitingOf(first.run.tenant)]).toEqual([201, 200]);
    expect(placed(queue, 3)).toEqual(['a1', 'b1', 'a2']);
    queue.drop(first.run);
    expect([queue.size, queue.waitingOf(first.run.tenant)]).toEqual([0, 0]);
  });

  it('goes on where room ended', () => {
    const queue = new FairQueue();
    for (const step of [...stepsOf('a', 3), ...stepsOf('b', 3)]) queue.push(step);
    expect(placed(queue, 3)).toEqual(['a1', 'b1', 'a2']);
    expect([...placed(queue, 1), ...placed(queue, 1), ...placed(queue, 1)].toSorted()).toEqual(['a3', 'b2', 'b3']);
  });

  it('asks on for other tenants when one is refused, and asks each once', () => {
    const queue = new FairQueue();
    for (const step of [...stepsOf('a', 2), ...stepsOf('b', 2)]) queue.push(step);
    const asked: string[] = [];
    queue.dispatch((step) => {
      asked.push(nameOf(step));
      return step.run.program.tenant === 'b' ? 'taken' : 'refused';
    });
    expect(asked).toEqual(['a1', 'b1', 'b2']);
  });

  it('asks for the other runs of a tenant when one is refused', () => {
    const queue = new FairQueue();
    const [own, refused] = [stepsOf('a', 3), stepsOf('a', 3)];
    for (const step of own) Object.assign(step.run, { tenant: (refused[0] as Step).run.tenant });
    for (const step of [...refused, ...own]) queue.push(step);
    let taken = 0;
    queue.dispatch(({ run }) => {
      if (run === (refused[0] as Step).run) return 'refused';
      taken++;
      return 'taken';
    });
    expect(taken).toBe(3);
  });

  it('offers what others have, however many runs of one tenant are refused', () => {
    const queue = new FairQueue();
    const refused = Array.from({ length: 200 }, () => stepsOf('many', 1)).flat();
    for (const step of refused) {
      Object.assign(step.run, { tenant: (refused[0] as Step).run.tenant });
      queue.push(step);
    }
    for (const step of stepsOf('other', 1)) queue.push(step);
    const asked = new Set<Step>();
    const names: string[] = [];
    for (let times = 0; times < 13; times++) {
      queue.dispatch((step) => {
        asked.add(step);
        if (step.run.program.tenant === 'many') return 'refused';
        names.push(`${nameOf(step)} in ${times}`);
        return 'taken';
      });
    }
    expect(names).toEqual(['other1 in 0']);
    expect(asked.size).toBe(201); // All have been asked, 16 at a time.
  });

  it('does not leave room to nobody while one owes something and the others are refused', () => {
    const queue = new FairQueue();
    const [first, second] = stepsOf('owes', 2) as [Step, Step];
    queue.push(first);
    placed(queue);
    release(queue, first, 1_000_000);
    queue.push(second);
    for (let n = 0; n < 3; n++) for (const step of stepsOf(`refused ${n}`, 1)) queue.push(step);
    const names: string[] = [];
    queue.dispatch((step) => {
      if (step.run.program.tenant !== 'owes') return 'refused';
      names.push(nameOf(step));
      return 'taken';
    });
    expect(names).toEqual(['owes2']);
  });

  it('ends when there is nothing to place', () => {
    expect(placed(new FairQueue())).toEqual([]);
  });
});

describe('what is held', () => {
  /** Places all but those of these tenants and runs. */
  function dispatch(queue: FairQueue, tenants: readonly string[], runs: readonly RunState[] = []): string[] {
    const names: string[] = [];
    queue.dispatch((step) => {
      if (tenants.includes(step.run.tenant.name)) return 'tenant held';
      if (runs.includes(step.run)) return 'run held';
      names.push(nameOf(step));
      return 'taken';
    });
    return names;
  }

  it('is not offered again, whatever else comes, until it is freed', () => {
    const queue = new FairQueue();
    const held = stepsOf('a', 3);
    for (const step of [...held.slice(0, 2), ...stepsOf('b', 2)]) queue.push(step);
    expect(dispatch(queue, ['a'])).toEqual(['b1', 'b2']);
    for (const step of held.slice(2)) queue.push(step);
    expect(placed(queue)).toEqual([]);
    const { tenant } = (held[0] as Step).run;
    expect([queue.size, queue.waitingOf(tenant), tenant.stepsActive]).toEqual([3, 3, 0]);
    queue.free(tenant, null);
    expect(placed(queue)).toEqual(['a1', 'a2', 'a3']);
    expect([queue.size, queue.waitingOf(tenant), tenant.stepsActive]).toEqual([0, 0, 3]);
  });

  it('may be a run, and then its tenant goes on with the others', () => {
    const queue = new FairQueue();
    const [own, paused] = [stepsOf('a', 2), stepsOf('a', 2)];
    const { tenant } = (own[0] as Step).run;
    for (const step of paused) Object.assign(step.run, { tenant }); // Runs of one tenant share what is known of it.
    for (const step of [...paused, ...own]) queue.push(step);
    const run = (paused[0] as Step).run;
    expect(dispatch(queue, [], [run])).toEqual(['a1', 'a2']);
    expect(placed(queue)).toEqual([]);
    queue.free(tenant, run);
    expect(placed(queue)).toEqual(['a1', 'a2']);
  });

  it('counts for nothing in the bound on active steps', () => {
    const queue = new FairQueue();
    const held = [...stepsOf('a', 2, 1), ...stepsOf('b', 1, 1)];
    for (const step of held) queue.push(step);
    expect(dispatch(queue, ['a', 'b'])).toEqual([]);
    expect(placed(queue)).toEqual([]);
    for (const { run } of held) queue.free(run.tenant, null);
    expect(placed(queue)).toEqual(['a1', 'b1']);
  });
});

describe('a run that is over', () => {
  /** One that stays, in front of one that goes; of one tenant. */
  function twoRuns(): { queue: FairQueue; stays: Step; goes: Step; tenant: TenantState } {
    const queue = new FairQueue();
    const [stays, goes] = [...stepsOf('a', 1), ...stepsOf('a', 1)] as [Step, Step];
    const { tenant } = stays.run;
    Object.assign(goes.run, { tenant });
    for (const step of [stays, goes]) queue.push(step);
    return { queue, stays, goes, tenant };
  }

  it('leaves nothing that waits, also where its tenant is held and others are before it', () => {
    const { queue, stays, goes, tenant } = twoRuns();
    queue.dispatch(() => 'tenant held');
    queue.drop(goes.run);
    expect([queue.size, queue.waitingOf(tenant)]).toEqual([1, 1]);
    queue.free(tenant, null);
    expect(placed(queue)).toEqual(['a1']);
    release(queue, stays);
    expect([queue.size, queue.tenants]).toEqual([0, 0]);
  });

  it('may be the one whose step is being placed', () => {
    const { queue, stays, goes, tenant } = twoRuns();
    queue.dispatch((step, payer) => {
      payers.set(step.run, payer);
      if (step === goes) queue.drop(goes.run);
      return 'taken';
    });
    expect([queue.size, queue.waitingOf(tenant), tenant.stepsActive]).toEqual([0, 0, 2]);
    for (const step of [stays, goes]) release(queue, step);
    expect([queue.tenants, tenant.stepsActive]).toEqual([0, 0]);
  });

  it('is not kept by what its tenant owes', async () => {
    const queue = new FairQueue();
    const ended: WeakRef<RunState>[] = [];
    for (let n = 0; n < 20; n++) {
      const [step] = stepsOf(`tenant ${n}`, 1) as [Step];
      queue.push(step);
      placed(queue);
      release(queue, step, 1_000_000, 1);
      ended.push(new WeakRef(step.run));
    }
    expect(queue.tenants).toBe(20);
    await new Promise(setImmediate); // Until then what a WeakRef was made of is kept.
    collectGarbage();
    expect(ended.filter((run) => run.deref() !== undefined).length).toBeLessThan(5); // What is on the stack still may be.
  });
});

describe('the bound on active steps', () => {
  it('is one for the steps of both lanes', () => {
    const [shared, exclusive] = [new FairQueue(), new FairQueue()];
    const [one, two] = stepsOf('a', 2, 1) as [Step, Step];
    shared.push(one);
    exclusive.push(two);
    expect([...placed(shared), ...placed(exclusive)]).toEqual(['a1']);
    release(shared, one);
    expect(placed(exclusive)).toEqual([]);
    exclusive.reconsider(two.run.tenant);
    expect(placed(exclusive)).toEqual(['a2']);
  });

  it('may become less while steps wait', () => {
    const queue = new FairQueue();
    const steps = stepsOf('a', 3, 2);
    for (const step of steps) queue.push(step);
    expect(placed(queue, 1)).toEqual(['a1']);
    const { tenant } = (steps[0] as Step).run;
    tenant.limits = { ...tenant.limits, stepsActivePerTenant: 1 };
    expect(placed(queue)).toEqual([]);
    release(queue, steps[0] as Step);
    expect(placed(queue)).toEqual(['a2']);
  });

  it('passes a tenant over until one of its steps ends', () => {
    const queue = new FairQueue();
    const steps = stepsOf('a', 4, 2);
    for (const step of [...steps, ...stepsOf('b', 1)]) queue.push(step);
    expect(placed(queue)).toEqual(['a1', 'b1', 'a2']);
    expect(placed(queue)).toEqual([]);
    for (const step of steps.slice(0, 1)) release(queue, step);
    expect(placed(queue)).toEqual(['a3']);
  });

  it('holds, and every step is placed once, in its order, whatever comes and goes', () => {
    for (const seed of seeds()) {
      const random = seededRandom(seed);
      const queue = new FairQueue();
      const waiting = ['a', 'b', 'c'].map((tenant, index) => stepsOf(tenant, 200, index + 1));
      const active: Step[][] = [[], [], []];
      const seen: number[] = [0, 0, 0];
      for (let round = 0; round < 4_000; round++) {
        const tenant = random.below(3);
        const next = random.below(2) === 0 ? waiting[tenant]?.shift() : undefined;
        if (next !== undefined) queue.push(next);
        const ended = random.below(2) === 0 ? active[tenant]?.shift() : undefined;
        if (ended !== undefined) release(queue, ended);
        queue.dispatch((step, payer) => {
          payers.set(step.run, payer);
          const index = 'abc'.indexOf(step.run.program.tenant);
          expect(step.ordinal, `seed ${seed}, round ${round}`).toBe((seen[index] ?? 0) + 1);
          seen[index] = step.ordinal;
          active[index]?.push(step);
          return 'taken';
        });
        const counts = active.map((steps) => steps.length);
        expect(
          counts.every((count, index) => count <= index + 1),
          `seed ${seed}, round ${round}`,
        ).toBe(true);
      }
      expect(seen, `seed ${seed}`).toEqual([200, 200, 200]);
    }
  });
});

/**
 * Tenants that always want more, and workers that run what they are given, 16 steps at once, which end in any order: what was
 * started, in order, and what it will have cost.
 */
function shares(
  tenants: readonly { weight: number; micros: (random: Random) => number }[],
  steps: number,
  seed: number,
) {
  const random = seededRandom(seed);
  const queue = new FairQueue();
  const runs = tenants.map(({ weight }, index) => runOf({ tenant: `t${index}`, weight }));
  const ordinals = tenants.map(() => 0);
  const more = (index: number): void => queue.push(stepOf(runs[index] ?? runOf(), (ordinals[index] ?? 0) + 1));
  for (const index of tenants.keys()) for (let n = 0; n < 200; n++) more(index);
  const running: { payer: Payer; guess: number; index: number; micros: number }[] = [];
  const started: { index: number; micros: number }[] = [];
  while (started.length < steps) {
    queue.dispatch((step, payer) => {
      if (running.length >= 16) return 'full';
      const index = runs.indexOf(step.run);
      const micros = tenants[index]?.micros(random) ?? 0;
      started.push({ index, micros });
      running.push({ payer, guess: payer.stepMicros, index, micros });
      return 'taken';
    });
    const [ended] = running.splice(random.below(running.length), 1);
    if (ended === undefined) throw new Error('Nothing runs.');
    queue.release(ended.payer, ended.guess, ended.micros, 0);
    more(ended.index);
  }
  return started;
}

describe('the shares of tenants that all want more', () => {
  const small = (): number => 30;
  it.each([
    ['of one weight', [1, 1, 1].map((weight) => ({ weight, micros: small }))],
    ['of one weight, whose steps differ', [20, 100, 400].map((micros) => ({ weight: 1, micros: () => micros }))],
    ['of several weights', [1, 2, 5].map((weight) => ({ weight, micros: small }))],
    [
      'of several weights, whose steps differ and vary',
      [1, 2, 3].map((weight) => ({ weight, micros: (random: Random) => 10 + random.below(100 * weight) })),
    ],
  ])('%s are those of the weights, within 5 %% over any 1,000 steps', (_, tenants) => {
    const total = tenants.reduce((sum, { weight }) => sum + weight, 0);
    for (const seed of [...seeds(), 512_868_710]) {
      const started = shares(tenants, 12_000, seed).slice(2_000); // What steps cost has to be learnt.
      for (let from = 0; from + 1_000 <= started.length; from += 100) {
        const window = started.slice(from, from + 1_000);
        const sums = tenants.map((__, of) =>
          window.reduce((sum, { index, micros }) => sum + (index === of ? micros : 0), 0),
        );
        const all = sums.reduce((a, b) => a + b, 0);
        for (const [of, { weight }] of tenants.entries()) {
          const [share, due] = [(sums[of] ?? 0) / all, weight / total];
          expect(Math.abs(share / due - 1), `seed ${seed}, tenant ${of}, steps from ${from}: ${share}`).toBeLessThan(
            0.05,
          );
        }
      }
    }
  });

  it('are those of the weights also where few steps cost nearly all', () => {
    const mostly = (one: number, micros: number) => (random: Random) => (random.below(one) === 0 ? micros : 20);
    const tenants = [
      { weight: 1, micros: mostly(20, 2_000) },
      { weight: 2, micros: mostly(100, 20_000) },
      { weight: 3, micros: () => 100 },
    ];
    for (const seed of seeds()) {
      const sums = [0, 0, 0];
      for (const { index, micros } of shares(tenants, 50_000, seed)) sums[index] = (sums[index] ?? 0) + micros;
      const all = sums.reduce((a, b) => a + b, 0);
      for (const [of, { weight }] of tenants.entries()) {
        const share = ((sums[of] ?? 0) / all / weight) * 6;
        expect(Math.abs(share - 1), `seed ${seed}, tenant ${of}: ${share}`).toBeLessThan(0.02);
      }
    }
  });

  it.each([50, 100, 400])(
    'a chain whose steps take %i µs has its share among those that always want more',
    (micros) => {
      for (const isPushedFirst of [true, false]) {
        const queue = new FairQueue();
        const others = Array.from({ length: 20 }, (_, n) => stepsOf(`t${n}`, 5_000));
        for (const step of others.flat()) queue.push(step);
        const chain = runOf({ tenant: 'chain' });
        queue.push(stepOf(chain, 1));
        let [ofChain, all] = [0, 0];
        const active: Active[] = [];
        while (all < 21_000) {
          startUpTo(4, queue, active);
          const ended = active.shift();
          if (ended === undefined) throw new Error('Nothing runs.');
          all++;
          const isOfChain = ended.step.run === chain;
          const release = () => queue.release(ended.payer, ended.guess, micros, 0);
          if (!isPushedFirst) release();
          if (isOfChain) queue.push(stepOf(chain, ++ofChain + 1)); // It has one step at a time.
          if (isPushedFirst) release();
        }
        expect((ofChain / all) * 21, `pushed ${isPushedFirst ? 'before' : 'after'} the release`).toBeGreaterThan(0.85); // While its one step runs it has none that waits.
        expect((ofChain / all) * 21).toBeLessThan(1.1);
      }
    },
  );

  it.each([80, 100, 400])(
    'who comes with one run of one step of %i µs after the other has no more than its share',
    (micros) => {
      const queue = new FairQueue();
      for (let n = 0; n < 20; n++) for (const step of stepsOf(`t${n}`, 5_000)) queue.push(step);
      const single = runOf({ tenant: 'single' });
      const comes = (): void => queue.push(stepOf(runOf({ tenant: 'single' }), 1));
      comes();
      let [ofSingle, all] = [0, 0];
      const active: Active[] = [];
      while (all < 40_000) {
        startUpTo(4, queue, active);
        const ended = active.shift();
        if (ended === undefined) throw new Error('Nothing runs.');
        const isSingle = ended.step.run.program.tenant === single.program.tenant;
        queue.release(ended.payer, ended.guess, isSingle ? micros : 50, 0);
        if (isSingle) {
          ofSingle += micros;
          comes();
        }
        all += isSingle ? micros / 50 : 1;
      }
      expect((ofSingle / (all * 50)) * 21).toBeLessThan(1.1);
      expect((ofSingle / (all * 50)) * 21).toBeGreaterThan(0.6); // It waits for its next visit with nothing to spend meanwhile.
    },
  );

  it('who was guessed to cost much while it was alone takes nothing from who comes then', () => {
    const queue = new FairQueue();
    for (const step of stepsOf('alone', 400)) queue.push(step);
    const active: Active[] = [];
    const end = (micros: number) => {
      const { payer, guess } = active.shift() as Active;
      queue.release(payer, guess, micros, 0);
    };
    for (let n = 0; n < 100; n++) {
      startUpTo(1, queue, active);
      end(100_000);
    }
    startUpTo(64, queue, active);
    while (active.length > 0) end(20);
    for (const step of stepsOf('comes', 500)) queue.push(step);
    const names: string[] = [];
    for (let n = 0; n < 200; n++) {
      names.push(...startUpTo(4, queue, active));
      end(50);
    }
    expect(names.filter((name) => name === 'comes').length).toBeGreaterThan(80);
  });

  it('guesses that are too high, made on purpose while nobody else wants anything, buy nothing later', () => {
    const queue = new FairQueue();
    const runs = ['alone', 'comes'].map((tenant) => runOf({ tenant, limits: { stepsActivePerTenant: 1_000 } }));
    const [alone, comes] = runs as [RunState, RunState];
    const push = (run: RunState, count: number): void => {
      for (let n = 1; n <= count; n++) queue.push(stepOf(run, n));
    };
    const active: Active[] = [];
    const end = (micros: number): void => {
      const { payer, guess } = active.shift() as Active;
      queue.release(payer, guess, micros, 0);
    };
    push(alone, 259);
    for (let n = 0; n < 2; n++) {
      startUpTo(1, queue, active);
      end(5_000_000);
    }
    startUpTo(256, queue, active);
    while (active.length > 0) end(60);
    for (const run of runs) push(run, 20_000);
    let ofAlone = 0;
    for (let n = 0; n < 20_000; n++) {
      ofAlone += startUpTo(8, queue, active).filter((tenant) => tenant === 'alone').length;
      end(100);
    }
    expect(ofAlone).toBeLessThan(10_500); // What it has saved is some ms: what it was charged when it was not alone any more.
    expect(queue.waitingOf(comes.tenant)).toBeLessThan(10_500);
  });

  it('who was alone for long, with steps that differ much, has its share when another one comes', () => {
    for (const seed of seeds()) {
      const random = seededRandom(seed);
      const queue = new FairQueue();
      const active: (Active & { micros: number })[] = [];
      const used = { alone: 0, comes: 0 };
      const go = (steps: number): void => {
        for (let n = 0; n < steps; n++) {
          queue.dispatch((step, payer) => {
            if (active.length >= 16) return 'full';
            const mostly = random.below(100) === 0 ? 20_000 : 20;
            const micros = step.run.program.tenant === 'alone' ? mostly : 100;
            active.push({ step, payer, guess: payer.stepMicros, micros });
            return 'taken';
          });
          const { step, payer, guess, micros } = active.splice(random.below(active.length), 1)[0] as (typeof active)[0];
          queue.release(payer, guess, micros, 0);
          used[step.run.program.tenant as 'alone' | 'comes'] += micros;
        }
      };
      for (const step of stepsOf('alone', 120_000)) queue.push(step);
      go(30_000);
      for (const step of stepsOf('comes', 120_000)) queue.push(step);
      used.alone = 0;
      go(60_000);
      const share = used.alone / (used.alone + used.comes);
      expect(Math.abs(share - 0.5), `seed ${seed}: ${share}`).toBeLessThan(0.02);
    }
  });

  it('what is seen to have cost something after its end is owed too, also by who has nothing here any more', () => {
    const queue = new FairQueue();
    for (const step of stepsOf('other', 300, 1_000)) queue.push(step);
    expect(placed(queue, 100)).toHaveLength(100); // Many rounds have gone by.
    const [step] = stepsOf('late', 1) as [Step];
    queue.charge(step.run.tenant, 5_000);
    queue.push(step);
    expect(placed(queue).indexOf('late1')).toBeGreaterThan(80);
  });

  it('a tenant that is refused as such is asked once, and the others are', () => {
    const queue = new FairQueue();
    for (let n = 0; n < 10; n++) for (const step of stepsOf('full', 3)) queue.push(step);
    for (const step of stepsOf('other', 2)) queue.push(step);
    const offered: string[] = [];
    queue.dispatch(({ run }) => {
      offered.push(run.tenant.name);
      return run.tenant.name === 'full' ? 'tenant refused' : 'taken';
    });
    expect(offered).toEqual(['full', 'other', 'other']);
    expect(placed(queue).length).toBe(30);
  });

  it('who is charged without ever having a step is not remembered for ever', () => {
    const queue = new FairQueue();
    for (let n = 0; n < 11_000; n++) queue.charge((stepsOf(`tenant ${n}`, 1)[0] as Step).run.tenant, 5_000);
    expect(queue.tenants).toBe(10_000);
  });

  it('a tenant that fans out by the hundred thousand takes nothing from one with a few steps', () => {
    const queue = new FairQueue();
    for (const step of stepsOf('flood', 100_000, 1_000)) queue.push(step);
    for (const step of stepsOf('few', 10)) queue.push(step);
    expect(placed(queue, 24).filter((name) => name.startsWith('few'))).toHaveLength(10);
  });

  it('a run that fans out takes nothing from another run of its tenant', () => {
    const queue = new FairQueue();
    const flood = runOf();
    const few = runOf();
    for (let n = 1; n <= 10_000; n++) queue.push(stepOf(flood, n));
    for (let n = 1; n <= 10; n++) queue.push(stepOf(few, n));
    const runs: RunState[] = [];
    queue.dispatch((step) => {
      if (runs.length >= 24) return 'full';
      runs.push(step.run);
      return 'taken';
    });
    expect(runs.filter((run) => run === few)).toHaveLength(10);
  });

  it('who owes something is forgotten once that is paid', () => {
    const queue = new FairQueue();
    for (let n = 0; n < 1_000; n++) {
      const [step] = stepsOf(`tenant ${n}`, 1) as [Step];
      queue.push(step);
      placed(queue);
      release(queue, step, 200, 1);
    }
    expect(queue.tenants).toBeLessThan(20);
  });

  it('who has used much waits until others have had as much, also when it comes back later', () => {
    const queue = new FairQueue();
    const [long] = stepsOf('long', 1);
    if (long === undefined) throw new Error('There is no step.');
    queue.push(long);
    expect(placed(queue)).toEqual(['long1']);
    release(queue, long, 5_000, 1);
    for (const step of [...stepsOf('long', 1), ...stepsOf('other', 200, 1_000)]) queue.push(step);
    const names = placed(queue);
    expect(names.indexOf('long1')).toBeGreaterThan(90);
    expect(names).toHaveLength(201);
  });
});
