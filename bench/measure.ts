// Repetitions by tinybench, and the median of what they took.
import { Bench } from 'tinybench';

export interface Measured {
  /** Milliseconds of one repetition. */
  readonly medianMs: number;
  readonly spread: number;
}

/** Times `task` after a warm-up. Tasks of one call run in turn, in the same process. */
export async function measure(task: () => Promise<void>, repetitions: number, warmups = 3): Promise<Measured> {
  const bench = new Bench({ iterations: repetitions, time: 0, warmupIterations: warmups, warmupTime: 0, throws: true });
  // An async function, so that it is seen to be one without being called.
  bench.add('task', async () => {
    await task();
  });
  const [ran] = await bench.run();
  const result = ran?.result;
  if (result === undefined || !('latency' in result))
    throw new Error(`The task did not run: ${JSON.stringify(result)}`);
  const { p50, mad } = result.latency;
  return { medianMs: p50 ?? result.latency.mean, spread: (mad ?? 0) / (p50 ?? result.latency.mean) };
}

/** `count` things in a repetition, as a rate. */
export function perSecond({ medianMs }: Measured, count: number): number {
  return (count / medianMs) * 1_000;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The smallest of the values that so many (from 0 to 1) of them do not exceed. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}
