// A step for tests of its globals: the test moves its time and ends its sleeps.
import { createGlobals } from '../../src/realm/globals/index.ts';
import { LogGroups } from '../../src/realm/globals/log-groups.ts';
import type { StepContext } from '../../src/realm/globals/step-context.ts';

export interface TestStep extends StepContext {
  time: number;
  readonly lines: string[];
  readonly sleeps: number[];
  /** The host says that the time of a sleep has passed, and microtasks drain. */
  wake(index: number): Promise<void>;
}

export function createStep(seed = 'ab'.repeat(32), nonce = 1): TestStep {
  const wakes: (() => void)[] = [];
  const step: TestStep = {
    ...{ time: 1_700_000_000_000, seed, nonce, lines: [], sleeps: [] },
    now: () => step.time,
    crashed: (error) => step.lines.push(`crashed ${error}`),
    groups: new LogGroups(),
    log: (level, text) => step.lines.push(`${level} ${step.groups.indented(text)}`),
    sleep: (ms, wake) => {
      step.sleeps.push(ms);
      wakes.push(wake);
    },
    wake: async (index) => {
      wakes[index]?.();
      for (let tick = 0; tick < 10; tick++) await undefined;
    },
  };
  return step;
}

/** Functions whose arguments no type checks, as a tenant calls them. */
export type Loose = Record<string, (...args: unknown[]) => unknown>;
/** One global of a new step. The caller names its type, which nothing checks. */
export const globalOf = <Value>(name: string, step: StepContext = createStep()): Value =>
  createGlobals(step, [name])[0] as Value;
