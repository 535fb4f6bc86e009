// What a step waits for a single op, alone on the machine: nearly all of it is threads that wake each other.
import { measure } from '../measure.ts';
import { startPeer } from '../peer-process.ts';
import type { Row, SuiteOptions, SuiteResult } from '../report.ts';
import { benchRunner, runFanOut } from '../workflows.ts';

const ops = 3_000;

export async function awaitedOp({ repetitions }: SuiteOptions): Promise<SuiteResult[]> {
  const peer = await startPeer('peers/round-trip');
  if ('why' in peer) throw new Error(`The ceiling cannot be had: ${peer.why}.`);
  const trip = await peer.measure('round trips', ops, repetitions);
  peer.close();
  const least = (trip.medianMs * 1_000) / ops;
  const rows: Row[] = [{ name: 'a message to a thread and back', value: least, unit: 'µs', spread: trip.spread }];
  for (const containment of ['thread', 'process'] as const) {
    const runner = await benchRunner(1, {}, { containment });
    const { medianMs, spread } = await measure(() => runFanOut(runner, 'increment', 1, ops), repetitions);
    await runner.close();
    const value = (medianMs * 1_000) / ops;
    const ratio = { of: 'that', value: value / least };
    rows.push({ name: `an op, in ${containment} containment`, value, unit: 'µs', spread, ratio });
  }
  return [{ question: 'How long does a step wait for an op?', rows }];
}
