// An embedder with thread containment, in a process that an attack may take with it. It is told what to run by its
// parent, one attack after the other, and tells how each ended. It ends by itself if nothing of its runner is left.
import { createRunner, type Limits, type Runner, type StartOptions } from '../../src/index.ts';
import { residentMb } from './resident.ts';
import { runCanary, runTrial, type Trial } from './trial.ts';

export interface Order {
  readonly limitsByTenant: Readonly<Record<string, Partial<Limits>>>;
  readonly canary: StartOptions;
  readonly attacks: readonly StartOptions[];
}

export interface Closed {
  readonly kind: 'closed';
  readonly residentMbBefore: number;
  readonly residentMb: number;
}

/** What the embedder tells. Attacks end in the order in which they were ordered. */
export type Report =
  | { readonly kind: 'ready'; readonly peakMb: number }
  | { readonly kind: 'ended'; readonly trial: Trial; readonly peakMb: number }
  | { readonly kind: 'closing' }
  | Closed;

/** Cells are kept warm, and V8 keeps for later ones what they took: few of them, so that what is lost shows. */
const cellsPerWorker = 4;
const innocent = { workflow: 'class Workflow { async start() {} }' };

process.once('message', (order: Order) => void embed(order));
// Without its parent, nobody would end what hangs in here. process.exit would wait for it.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));

async function embed({ limitsByTenant, canary, attacks }: Order): Promise<void> {
  const tenants = (tenant: string) => ({ limits: limitsByTenant[tenant] ?? {} });
  const limits = { cellsPerWorker, runsEndedKept: 1 };
  const runner = await createRunner({ containment: 'thread', workers: 2, limits, tenants, retry: { maxAttempts: 1 } });
  await warmUp(runner, canary);
  const residentMbBefore = residentMb();
  report({ kind: 'ready', peakMb: peakMb() });
  for (const attack of attacks) {
    const trial = await runTrial(runner, attack, canary);
    report({ kind: 'ended', trial, peakMb: peakMb() });
  }
  report({ kind: 'closing' });
  await runner.close();
  // Disconnected once it is told: then nothing keeps this process but what its runner has left behind.
  report({ kind: 'closed', residentMbBefore, residentMb: residentMb() }, () => {
    process.removeAllListeners('disconnect');
    process.disconnect?.();
  });
}

/** What first runs need for good counts as there before: all cells, and the canary's outcome. */
async function warmUp(runner: Runner, canary: StartOptions): Promise<void> {
  const tenants = Array.from({ length: 2 * cellsPerWorker }, (_, n) => `innocent ${n}`);
  const runs = await Promise.all(tenants.map((tenant) => runner.start({ ...innocent, tenant })));
  await Promise.all(runs.map((run) => run.result()));
  await runCanary(runner, canary);
}

function peakMb(): number {
  return process.resourceUsage().maxRSS / 1_024;
}

function report(message: Report, sent = (): void => {}): void {
  process.send?.(message, sent);
}
