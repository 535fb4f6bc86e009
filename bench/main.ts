// `npm run bench [-- --suite NAME]... [--json FILE] [--quick]`: what a step and an op cost, beside a ceiling and a plain
// way that are measured in the same run. Every figure is a median; compare ratios, not machines.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { machine } from './machine.ts';
import { printResult, type SuiteOptions, type SuiteResult } from './report.ts';
import { armedBranches } from './suites/armed-branches.ts';
import { cancel } from './suites/cancel.ts';
import { coldStart } from './suites/cold-start.ts';
import { containment } from './suites/containment.ts';
import { durable } from './suites/durable.ts';
import { fairness } from './suites/fairness.ts';
import { fanOut } from './suites/fan-out.ts';
import { idleCells } from './suites/idle-cells.ts';
import { journal } from './suites/journal.ts';
import { noisyNeighbour } from './suites/noisy-neighbour.ts';
import { peers } from './suites/peers.ts';
import { steps } from './suites/steps.ts';

const suites: Readonly<Record<string, (options: SuiteOptions) => Promise<SuiteResult[]>>> = {
  peers,
  'fan-out': fanOut,
  steps,
  containment,
  'noisy-neighbour': noisyNeighbour,
  fairness,
  cancel,
  journal,
  durable,
  'cold-start': coldStart,
  'armed-branches': armedBranches,
  'idle-cells': idleCells,
};

const { values } = parseArgs({
  options: {
    suite: { type: 'string', multiple: true, default: Object.keys(suites) },
    json: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});

const unknown = values.suite.find((name) => suites[name] === undefined);
if (unknown !== undefined) {
  console.error(`No suite is called ${JSON.stringify(unknown)}. Suites: ${Object.keys(suites).join(', ')}.`);
  process.exit(2);
}

const about = machine();
console.log(`${about.cpu}, ${about.cores} cores · Node ${about.node} · isolated-vm ${about.versions['isolated-vm']}\n`);
const results: SuiteResult[] = [];
for (const name of values.suite) {
  for (const result of (await suites[name]?.({ quick: values.quick })) ?? []) {
    printResult(result);
    results.push(result);
  }
}
if (values.json !== undefined) {
  writeFileSync(values.json, `${JSON.stringify({ machine: about, quick: values.quick, results }, null, 2)}\n`);
}
