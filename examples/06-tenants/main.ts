// One runner, and four tenants who do not know of each other. Prints what each of them got.
import { readFile } from 'node:fs/promises';
import { createRunner, type TenantPolicy } from '../../src/index.ts'; // In a project of your own: from 'stepwell'

/** What your plans grant. A tenant that is not named here gets the defaults. */
const policies: Readonly<Record<string, TenantPolicy>> = {
  greedy: { weight: 1, limits: { stepsActivePerTenant: 64 } },
  polite: { weight: 4 },
  loop: { limits: { stepCpuMs: 300 } },
  bomb: { limits: { cellMemoryMb: 16 } },
};

const runner = await createRunner({
  tenants: (tenant) => policies[tenant] ?? {},
  retry: { maxAttempts: 1 },
});

async function lineOf(tenant: string): Promise<object> {
  const workflow = await readFile(new URL(`workflow-${tenant}.js`, import.meta.url), 'utf8');
  const run = await runner.start({ tenant, workflow });
  const { status, steps, error, usage } = await run.result();
  return {
    tenant,
    weight: runner.tenant(tenant)?.weight,
    status,
    'steps completed': steps.completed,
    'CPU ms': Math.round(usage.cpuMs),
    'ms waited per step': Math.round(usage.queueMs / steps.armed),
    error: error?.code ?? '',
  };
}

console.table(await Promise.all(['greedy', 'loop', 'bomb', 'polite'].map(lineOf)));
await runner.close();
