// What a step waits for a single op, alone on the machine: nearly all of it is threads that wake each other. How long that takes depends on
// whether they share a processor and whether the other one sleeps, so both are measured: on one processor, and as the machine sees fit.
import { median } from '../measure.ts';
import { type Missing, type Peer, startPeer } from '../peer-process.ts';
import type { Row, SuiteOptions, SuiteResult } from '../report.ts';

const ops = 3_000;
/** The loads take turns, so that whatever else the machine does falls on all. */
const rounds = 5;

export async function awaitedOp({ repetitions }: SuiteOptions): Promise<SuiteResult[]> {
  const each = Math.max(1, Math.ceil(repetitions / rounds));
  const results: SuiteResult[] = [];
  for (const place of ['one processor', 'any processor'] as const) {
    const options = { onOneProcessor: place === 'one processor' };
    const trip = await startPeer('peers/round-trip', [], options);
    const own = await startPeer('peers/awaited-op', [], options);
    if ('why' in trip || 'why' in own) {
      console.log(`An awaited op on ${place}: left out, for ${(trip as Missing).why ?? (own as Missing).why}.`);
      continue;
    }
    results.push({
      question: `How long does a step wait for an op, on ${place}?`,
      rows: await rowsOf(trip, own, each),
    });
    trip.close();
    own.close();
  }
  return results;
}

async function rowsOf(trip: Peer, own: Peer, each: number): Promise<Row[]> {
  const loads = [
    { peer: trip, load: 'round trips', name: 'a message to a thread and back' },
    { peer: own, load: 'thread', name: 'an op, in thread containment' },
    { peer: own, load: 'process', name: 'an op, in process containment' },
  ];
  const times = loads.map((): number[] => []);
  for (let i = 0; i < rounds; i++) {
    for (const [at, { peer, load }] of loads.entries()) {
      times[at]?.push(((await peer.measure(load, ops, each)).medianMs * 1_000) / ops);
    }
  }
  const medians = times.map(median);
  const [least = Number.NaN] = medians;
  return loads.map(({ name }, at) => {
    const value = medians[at] ?? Number.NaN;
    const spread = median((times[at] ?? []).map((time) => Math.abs(time - value))) / value;
    return { name, value, unit: 'µs', spread, ...(at > 0 && { ratio: { of: 'that', value: value / least } }) };
  });
}
