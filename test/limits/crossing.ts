// Crosses a limit in a run of a tenant that has been granted little, beside a run of a tenant that must not notice.
import { expect } from 'vitest';
import type { Limits, Runner, TenantPolicy } from '../../src/index.ts';
import { type EndedRun, runToEnd, type Source, type TestStart } from '../harness.ts';

export interface LimitedTenants {
  /** For `createRunner({ tenants })`. */
  readonly policy: (tenant: string) => TenantPolicy;
  /** A new tenant with these limits. */
  grant(limits: Partial<Limits>): string;
}

export function limitedTenants(): LimitedTenants {
  const granted: Partial<Limits>[] = [];
  return {
    policy: (tenant) => ({ limits: granted[Number(tenant.replace('tenant ', ''))] ?? {} }),
    grant: (limits) => `tenant ${granted.push(limits) - 1}`,
  };
}

const neighbour = {
  start: "for (let n = 0; n < 5; n++) await api.scheduleNextStep({ action: 'work', payload: n }); return 'started';",
  work: "await api.runStore.push('items', data); await api.runStore.increment('count');",
  onWorkflowComplete: "api.log('complete');",
};

/** Runs to the end as `tenant`, while a neighbour's run comes to the end that it would have had alone. */
export async function runBeside(
  runner: Runner,
  tenant: string,
  source: Source,
  start: TestStart = {},
): Promise<EndedRun> {
  const [ended, beside] = await Promise.all([
    runToEnd(runner, source, { ...start, tenant }),
    runToEnd(runner, neighbour, { tenant: 'neighbour' }),
  ]);
  expect(beside.outcome).toMatchObject({
    status: 'completed',
    output: 'started',
    store: { count: 5, items: [0, 1, 2, 3, 4] },
  });
  expect(beside.outcome.steps).toEqual({ armed: 6, completed: 6, failed: 0, retried: 0 });
  expect(beside.logs.map(({ text }) => text)).toEqual(['complete']);
  return ended;
}
