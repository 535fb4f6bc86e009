// All suites, in the order in which they are measured and shown.
import type { SuiteOptions, SuiteResult } from '../report.ts';
import { armedBranches } from './armed-branches.ts';
import { awaitedOp } from './awaited-op.ts';
import { branchCost } from './branch-cost.ts';
import { cancel } from './cancel.ts';
import { coldStart } from './cold-start.ts';
import { containment } from './containment.ts';
import { durable } from './durable.ts';
import { eventLoopGap } from './event-loop-gap.ts';
import { fairness } from './fairness.ts';
import { fanOut } from './fan-out.ts';
import { idleCells } from './idle-cells.ts';
import { journal } from './journal.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import { noisyNeighbour } from './noisy-neighbour.ts';
import { peers } from './peers.ts';
import { shapesOfLoad } from './shapes.ts';
import { steps } from './steps.ts';

export const suites: Readonly<Record<string, (options: SuiteOptions) => Promise<SuiteResult[]>>> = {
  peers,
  'fan-out': fanOut,
  steps,
  'branch-cost': branchCost,
  'awaited-op': awaitedOp,
  shapes: shapesOfLoad,
  latency,
  containment,
  'noisy-neighbour': noisyNeighbour,
  fairness,
  'event-loop-gap': eventLoopGap,
  cancel,
  journal,
  durable,
  'cold-start': coldStart,
  'armed-branches': armedBranches,
  'idle-cells': idleCells,
  memory,
};
