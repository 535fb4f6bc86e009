// The CPU time of a tenant's minutes: what it owes when one ends, and when a step of it may start again.
import { describe, expect, it } from 'vitest';
import { defaultLimits, type Limits } from '../../src/limits.ts';
import {
  checksAt,
  cpuAt,
  grant,
  isOverBudget,
  newTenant,
  resumesAt,
  spend,
  spendOn,
  type TenantState,
} from '../../src/state/tenant-state.ts';
import { type Random, seededRandom, seeds } from '../random.ts';

const minuteMs = 60_000;
const began = 1_000_000;
const endOf = (minute: number): number => began + minute * minuteMs;

function limitsOf(budgetMs: number): Limits {
  return { ...defaultLimits, cpuPerTenantPerMinuteMs: budgetMs };
}

/** A tenant with this budget, whose first minute has begun. */
function tenantOf(budgetMs: number): TenantState {
  const tenant = newTenant('acme', limitsOf(budgetMs), 1);
  cpuAt(tenant, began);
  return tenant;
}

describe('what a tenant has used', () => {
  it('is no debt when it was within the budget that was in force, however low the next one is', () => {
    const tenant = tenantOf(100_000);
    spend(tenant, 320, began);
    grant(tenant, limitsOf(20), 1, began + 1_000);
    expect(isOverBudget(tenant, endOf(1) - 1)).toBe(true);
    expect(resumesAt(tenant, began + 1_000)).toBe(endOf(1));
    expect(cpuAt(tenant, endOf(1))).toMatchObject({ usedMs: 0, endsAt: endOf(2) });
  });

  it('is a debt as far as it exceeds the largest budget of its minute, paid off by the one in force then', () => {
    const tenant = tenantOf(50);
    grant(tenant, limitsOf(100), 1, began + 1);
    grant(tenant, limitsOf(20), 1, began + 2);
    spend(tenant, 150, began + 3);
    expect(resumesAt(tenant, began + 3)).toBe(endOf(3));
    expect(cpuAt(tenant, endOf(1)).usedMs).toBe(50);
    expect(cpuAt(tenant, endOf(2)).usedMs).toBe(30);
    expect(resumesAt(tenant, endOf(2))).toBe(endOf(3));
    expect(cpuAt(tenant, endOf(3)).usedMs).toBe(10);
    expect(resumesAt(tenant, endOf(3))).toBeNull();
  });

  it('is paid off by the budget of each minute, also when nobody looked at it before that changed', () => {
    const tenant = tenantOf(10);
    spend(tenant, 110, began);
    grant(tenant, limitsOf(60), 1, endOf(3)); // Three minutes of 10 are over.
    expect(cpuAt(tenant, endOf(3)).usedMs).toBe(80);
    expect(cpuAt(tenant, endOf(4)).usedMs).toBe(20);
  });

  it('is a debt of the budget that was raised last, also when nobody looked at it before the minute ended', () => {
    const tenant = tenantOf(10);
    spend(tenant, 110, began);
    grant(tenant, limitsOf(60), 1, began + 1);
    expect(cpuAt(tenant, endOf(1)).usedMs).toBe(50);
  });
});

describe('what the runner uses for a tenant', () => {
  it('counts for its minute, each kind in its own account, and is none of its steps', () => {
    const tenant = tenantOf(100);
    spend(tenant, 40, began);
    spendOn(tenant, 'check', 30, began);
    spendOn(tenant, 'cell', 20, began);
    spendOn(tenant, 'main', 9, began);
    expect(isOverBudget(tenant, began)).toBe(false);
    spendOn(tenant, 'main', 1, began);
    expect(isOverBudget(tenant, began)).toBe(true);
    expect(tenant.overhead).toEqual({ checkMs: 30, cellMs: 20, mainMs: 10 });
    expect([cpuAt(tenant, began).usedMs, tenant.usage.cpuMs]).toEqual([100, 0]);
  });
});

describe('a new source of a tenant', () => {
  it('may be checked while the tenant owes less than all of the minute to come', () => {
    const tenant = tenantOf(10);
    spend(tenant, 19.999, began);
    expect(checksAt(tenant, began)).toBeNull();
    spend(tenant, 0.001, began);
    expect(checksAt(tenant, began)).toBe(endOf(1));
    spend(tenant, 20, began);
    expect(checksAt(tenant, began)).toBe(endOf(3));
    expect(checksAt(tenant, endOf(3) - 1)).toBe(endOf(3));
    expect(checksAt(tenant, endOf(3))).toBeNull();
  });
});

describe('a step of a tenant', () => {
  it('may start while less is used than is granted', () => {
    const tenant = tenantOf(10);
    spend(tenant, 9.999, began);
    expect(resumesAt(tenant, began)).toBeNull();
  });

  it('may start with the next minute when all is used and nothing more', () => {
    const tenant = tenantOf(10);
    spend(tenant, 10, began);
    expect(resumesAt(tenant, began)).toBe(endOf(1));
  });

  it('may start after as many minutes as it owes, and one more when nothing is left of the last', () => {
    const tenant = tenantOf(10);
    spend(tenant, 40 - 2 ** -47, began); // The number before 40.
    expect(resumesAt(tenant, began)).toBe(endOf(3));
    spend(tenant, 2 ** -47, began);
    expect(resumesAt(tenant, began)).toBe(endOf(4));
  });
});

/** All that has happened, one minute after the other: looked at anew from the first one each time, step by step. */
class Minutes {
  readonly #minutes: { readonly spentMs: number[]; readonly budgetsMs: number[] }[] = [];

  constructor(budgetMs: number) {
    this.#minutes.push({ spentMs: [], budgetsMs: [budgetMs] });
  }

  get #last(): { readonly spentMs: number[]; readonly budgetsMs: number[] } {
    const last = this.#minutes.at(-1);
    if (last === undefined) throw new Error('There is no minute.');
    return last;
  }

  get budgetMs(): number {
    return this.#last.budgetsMs.at(-1) ?? 0;
  }

  get endsAt(): number {
    return endOf(this.#minutes.length);
  }

  spend(cpuMs: number): void {
    this.#last.spentMs.push(cpuMs);
  }

  grant(budgetMs: number): void {
    this.#last.budgetsMs.push(budgetMs);
  }

  moveTo(now: number): void {
    while (now >= this.endsAt) this.#minutes.push({ spentMs: [], budgetsMs: [this.budgetMs] });
  }

  get usedMs(): number {
    let usedMs = 0;
    for (const minute of this.#minutes) {
      for (const cpuMs of minute.spentMs) usedMs += cpuMs;
      if (minute !== this.#last) usedMs = Math.max(0, usedMs - Math.max(...minute.budgetsMs));
    }
    return usedMs;
  }

  /** The first time at which less is used than is granted, if minutes go by and nothing else happens. */
  get resumesAt(): number | null {
    let { usedMs, endsAt } = this;
    if (usedMs < this.budgetMs) return null;
    for (let granted = Math.max(...this.#last.budgetsMs); ; granted = this.budgetMs, endsAt += minuteMs) {
      usedMs = Math.max(0, usedMs - granted);
      if (usedMs < this.budgetMs) return endsAt;
    }
  }
}

function randomMs(random: Random): number {
  return random.pick([1, 7, 10, 50, 200]) * random.pick([1, 1, 0.1, 1 / 3, 3]);
}

describe('the minutes of a tenant', () => {
  it.each(seeds())('are as they would be if each was looked at (seed %i)', (seed) => {
    const random = seededRandom(seed);
    for (let game = 0; game < 100; game++) {
      const first = random.pick([1, 10, 100]);
      const [tenant, minutes] = [tenantOf(first), new Minutes(first)];
      let now = began;
      for (let turn = 0; turn < 40; turn++) {
        const action = random.pick(['spend', 'spend', 'grant', 'move', 'look'] as const);
        if (action === 'spend') {
          const cpuMs = randomMs(random);
          spend(tenant, cpuMs, now);
          minutes.spend(cpuMs);
        } else if (action === 'grant') {
          const budgetMs = random.pick([1, 2, 10, 33, 100, 1_000]);
          grant(tenant, limitsOf(budgetMs), 1, now);
          minutes.grant(budgetMs);
        } else if (action === 'move') {
          now += random.pick([1, 20_000, minuteMs - 1, minuteMs, random.below(5 * minuteMs)]);
          minutes.moveTo(now);
        } else {
          expect(cpuAt(tenant, now)).toMatchObject({ usedMs: minutes.usedMs, endsAt: minutes.endsAt });
          expect(isOverBudget(tenant, now)).toBe(minutes.usedMs >= minutes.budgetMs);
          expect(resumesAt(tenant, now)).toBe(minutes.resumesAt);
        }
      }
      expect(cpuAt(tenant, now).usedMs).toBe(minutes.usedMs);
      const at = resumesAt(tenant, now);
      if (at === null) continue;
      expect(isOverBudget(structuredClone(tenant), at - 1)).toBe(true);
      expect(isOverBudget(tenant, at)).toBe(false);
    }
  });
});
