// A runner whose hosts can be killed at any moment, as the system or an operator would.
import { createRunner, type RunnerOptions } from '../../src/index.ts';
import type { Mortals } from './mortals.ts';

export async function mortalHosts(options: RunnerOptions): Promise<Mortals> {
  const runner = await createRunner({ ...options, containment: 'process' });
  return {
    runner,
    kill: (pid) => {
      process.kill(pid, 'SIGKILL');
    },
    close: () => runner.close(),
  };
}
