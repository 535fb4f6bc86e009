// A process whose threads have cells, one hostile after the other, and beside them one that must not notice. As a thread:
// tells the main thread of each turn. As a process: prints all that as lines of JSON, and its end.
// Whatever hangs here for ever hangs only this process.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { createCellFactory } from '../../src/cell/cell.ts';
import type { TurnResult } from '../../src/cell/timed-turn.ts';
import { finishMarking } from '../../src/pool/marking.ts';
import { ampleMs, openCell, startStep } from './cells.ts';

export interface Task {
  readonly threads: number;
  readonly bodies: readonly (readonly [body: string, budgetMs: number])[];
  /** How each thread ends. `terminate`, `exit`: from outside, during the last of the bodies. `leave`: nobody ends it. */
  readonly end: 'close' | 'leave' | 'terminate' | 'exit';
}

export type Line =
  | { readonly kind: 'turn'; readonly index: number; readonly result: TurnResult; readonly beside: TurnResult }
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
  for (const [index, [body, budgetMs]] of bodies.entries()) {
    const cell = openCell(factory, body);
    if (index === bodies.length - 1 && (end === 'terminate' || end === 'exit')) {
      finishMarking(); // The thread may not end while that is under way; see src/pool/marking.ts.
      tell({ kind: 'last' }); // Arrives when the turn has begun: that takes less time than a message.
    }
    const result = startStep(cell, 1, budgetMs);
    cell.dispose();
    tell({ kind: 'turn', index, result, beside: startStep(neighbour, index, ampleMs) });
  }
  neighbour.dispose();
  if (end === 'close') factory.close();
  finishMarking();
}
