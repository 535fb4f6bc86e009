// An embedder that a test can kill: starts runs, tells the ids of its hosts, and goes on until it is ended.
import { createRunner } from '../../src/index.ts';

const runner = await createRunner({ workers: 2, limits: { stepCpuMs: 60_000, turnCpuMs: 1_000 } });
const source = (body: string): string => `class Workflow { async start(data, headers, api) { ${body} } }`;
// One host waits; one is in the middle of a turn that no timer of V8's can end.
const bodies = [
  'await new Promise((resolve) => setTimeout(resolve, 50_000));',
  "api.log('hangs'); await api.runStore.get('k'); Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1);",
];
for (const body of bodies) {
  const run = await runner.start({ tenant: 'acme', workflow: source(body) });
  for await (const { type } of run.events()) if (type === 'step_started' || type === 'step_log') break;
}
process.send?.(runner.stats().hosts.map(({ pid }) => pid));
