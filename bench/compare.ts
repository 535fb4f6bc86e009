// Two reports beside each other: which figures have changed by more than the repetitions differ among themselves.
import type { Report, Row } from './report.ts';

/** What one machine makes of the same code from one hour to the next, at least. */
const noiseLeast = 0.05;
/** A figure that stands still is off by more than so many spreads once in some hundred times. */
const spreadsMost = 3;

export function comparison(before: Report, now: Report): string[] {
  const old = new Map<string, Row>();
  for (const [key, row] of rowsOf(before)) old.set(key, row);
  const lines: string[] = [];
  let changed = 0;
  for (const [key, row] of rowsOf(now)) {
    const was = old.get(key);
    if (was === undefined) {
      lines.push(`  new      ${key}`);
      continue;
    }
    // A ratio to what was measured beside it says nothing of how busy the machine was.
    const hasRatio = row.ratio !== undefined && row.ratio.of === was.ratio?.of;
    const change = (hasRatio ? row.ratio.value / was.ratio.value : row.value / was.value) - 1;
    const noise = Math.max(noiseLeast, spreadsMost * Math.hypot(row.spread ?? 0, was.spread ?? 0));
    const isNoise = Math.abs(change) <= noise;
    if (!isNoise) changed++;
    const percent = `${change >= 0 ? '+' : ''}${(change * 100).toFixed(0)} %`;
    lines.push(
      `  ${(isNoise ? 'noise' : 'CHANGED').padEnd(7)}  ${percent.padStart(6)} (noise: ${(noise * 100).toFixed(0)} %)  ${key}${hasRatio ? `, × ${row.ratio.of}` : ''}`,
    );
  }
  const machines = before.machine.cpu === now.machine.cpu && before.machine.node === now.machine.node;
  const warning = machines
    ? []
    : ['  Another processor or another Node: the ratios may be compared, these figures may not.'];
  return [
    `Against ${before.machine.commit}: ${changed} of ${lines.length} figures have changed.`,
    ...warning,
    ...lines,
  ];
}

function* rowsOf({ suites }: Report): Generator<readonly [string, Row]> {
  for (const { name, results } of suites) {
    for (const { question, rows } of results) for (const row of rows) yield [`${name}: ${question} ${row.name}`, row];
  }
}
