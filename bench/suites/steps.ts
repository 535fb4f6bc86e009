// Steps per second at two ops a step, beside the plain way: a fresh isolate for each.
import { measure, perSecond } from '../measure.ts';
import { startPeer } from '../peer-process.ts';
import type { Row, SuiteOptions, SuiteResult } from '../report.ts';
import { benchRunner, runFanOut } from '../workflows.ts';

const stepsPerRepetition = 20_000;
const plainStepsPerRepetition = 200;

export async function steps({ repetitions, workers: counts, ...on }: SuiteOptions): Promise<SuiteResult[]> {
  const plain = await plainRow(repetitions);
  const rows: Row[] = [plain];
  for (const workers of counts) {
    const runner = await benchRunner(workers, { stepsActivePerTenant: 512 }, on);
    const measured = await measure(() => runFanOut(runner, 'increment', stepsPerRepetition, 2), repetitions);
    await runner.close();
    const value = perSecond(measured, stepsPerRepetition);
    const ratio = { of: 'plain way', value: value / plain.value };
    rows.push({
      name: `512 at once, ${workers} worker${workers > 1 ? 's' : ''}`,
      value,
      unit: 'steps/s',
      spread: measured.spread,
      ratio,
    });
  }
  return [{ question: 'How many steps a second, at two ops a step?', rows }];
}

async function plainRow(repetitions: number): Promise<Row> {
  const peer = await startPeer('peers/isolate-steps');
  if ('why' in peer) throw new Error(`The plain way cannot be had: ${peer.why}.`);
  const measured = await peer.measure('a fresh isolate a step', plainStepsPerRepetition, repetitions);
  peer.close();
  const value = perSecond(measured, plainStepsPerRepetition);
  return { name: 'plain way', value, unit: 'steps/s', spread: measured.spread };
}
