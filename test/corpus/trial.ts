// One attack beside one canary, as any embedder would run them. No part of the test runner is loaded here: a process that an
// attack may take with it runs this as well.
import {
  type LogLine,
  type Outcome,
  type Run,
  type Runner,
  type StartOptions,
  StepwellError,
} from '../../src/index.ts';

export interface Trial {
  /** `completed`, or the code with which the run failed or its start was refused. */
  readonly ending: string;
  /** All that the attacker is shown, as JSON. */
  readonly shown: string;
  /** All of the canary's outcome but times, as JSON. */
  readonly canary: string;
}

/** Starts the canary, then the attack, and waits for both. */
export async function runTrial(runner: Runner, attack: StartOptions, canary: StartOptions): Promise<Trial> {
  const beside = runCanary(runner, canary);
  const [{ ending, shown }, text] = await Promise.all([runAttack(runner, attack), beside]);
  return { ending, shown, canary: text };
}

export async function runCanary(runner: Runner, start: StartOptions): Promise<string> {
  const run = await runner.start(start);
  return canaryText(await run.result(), run.logs());
}

async function runAttack(runner: Runner, start: StartOptions): Promise<Pick<Trial, 'ending' | 'shown'>> {
  let run: Run;
  try {
    run = await runner.start(start);
  } catch (error) {
    if (!(error instanceof StepwellError)) throw error;
    const { code, message, findings } = error;
    return { ending: code, shown: JSON.stringify({ code, message, findings }) };
  }
  const outcome = await run.result();
  return { ending: outcome.error?.code ?? outcome.status, shown: JSON.stringify({ outcome, logs: run.logs() }) };
}

/** The order in which parallel branches arrive is free, and so is the time that anything takes. */
function canaryText({ usage, store, ...rest }: Outcome, logs: readonly LogLine[]): string {
  const items = store['items'];
  const keys = Object.entries({ ...store, items: Array.isArray(items) ? items.toSorted(byNumber) : items });
  const lines = logs.map(({ step, action, level, text }) => JSON.stringify([step, action, level, text]));
  return JSON.stringify({ ...rest, store: keys.toSorted(byName), ops: usage.ops, lines: lines.toSorted() });
}

function byNumber(a: number, b: number): number {
  return a - b;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
