// A process whose threads have cells, one hostile after the other, and beside them one that must not notice. As a thread:
// tells the main thread of each turn. As a process: prints all that as lines of JSON, and its end.
// Whatever hangs here for ever hangs only this process.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type CellFactory, createCellFactory } from '../../src/cell/cell.ts';
import type { TurnResult } from '../../src/cell/timed-turn.ts';
import { graceMs } from '../../src/cell/watchdog.ts';
import { finishMarking } from '../../src/pool/marking.ts';
import { ampleMs, openCell, startStep } from './cells.ts';

export interface Task {
  readonly threads: number;
  readonly bodies: readonly (readonly [body: string, budgetMs: number])[];
  /** How each thread ends. `terminate`, `exit`: from outside, during the last of the bodies. `leave`: nobody ends it. */
  readonly end: 'close' | 'leave' | 'terminate' | 'exit';
}

export type Line =
  | {
      readonly kind: 'turn';
      readonly index: number;
      readonly budgetMs: number;
      readonly result: TurnResult;
      readonly beside: TurnResult;
    }
  | { readonly kind: 'last' }
  | { readonly kind: 'ended'; readonly status: number };

if (isMainThread) {
  const task: Task = JSON.parse(process.argv[2] ?? '');
  const print = (line: Line): void => console.log(JSON.stringify(line));
  let atTheirLast = 0;
  for (let thread = 0; thread < task.threads; thread++) {
    const worker = new Worker(new URL(import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: 128 },
    });
    worker.on('exit', (status) => print({ kind: 'ended', status }));
    worker.on('message', (line: Line) => {
      print(line);
      if (line.kind !== 'last') return;
      if (task.end === 'terminate') worker.terminate();
      // Not while another one is still on its way there: it may be in the middle of marking.
      if (task.end === 'exit' && ++atTheirLast === task.threads) process.exit();
    });
  }
} else {
  serve(workerData as Task);
}

function serve({ bodies, end }: Task): void {
  const tell = (line: Line): void => parentPort?.postMessage(line);
  const factory = createCellFactory();
  const neighbour = openCell(factory, 'return 7;');
  for (const [index, [body, leastMs]] of bodies.entries()) {
    if (index === bodies.length - 1 && (end === 'terminate' || end === 'exit')) {
      finishMarking(); // The thread may not end while that is under way; see src/pool/marking.ts.
      tell({ kind: 'last' }); // Arrives when the turn has begun: that takes less time than a message.
    }
    const { result, budgetMs } = endlessTurn(factory, body, leastMs);
    tell({ kind: 'turn', index, budgetMs, result, beside: startStep(neighbour, index, ampleMs) });
  }
  neighbour.dispose();
  if (end === 'close') factory.close();
  finishMarking();
}

/**
 * What becomes of a turn whose own code fits into its budget and what follows it does not. On a slow machine the timer may end it before its own
 * code has: then it gets twice as much.
 */
function endlessTurn(factory: CellFactory, body: string, leastMs: number): { result: TurnResult; budgetMs: number } {
  for (let budgetMs = leastMs; ; budgetMs *= 2) {
    const cell = openCell(factory, body);
    const result = startStep(cell, 1, budgetMs);
    cell.dispose();
    const isEndedByTimer =
      result.kind === 'lost' && result.reason === 'cpu' && result.cpuMicros < budgetMs * 1_000 + 1_000 * graceMs;
    if (!isEndedByTimer || budgetMs >= ampleMs) return { result, budgetMs };
  }
}
