// Cells without a runner: a body of `start` goes in, what became of its first turn comes out.
import type { Cell, CellFactory } from '../../src/cell/cell.ts';
import type { TurnResult } from '../../src/cell/timed-turn.ts';
import { defaultLimits } from '../../src/limits.ts';
import type { CellSpec } from '../../src/protocol/frames.ts';
import { fieldSeparator, inboxLetters, recordSeparator } from '../../src/protocol/records.ts';
import { defaultRegion } from '../../src/protocol/region.ts';

/** For turns that use it up. */
export const shortMs = 200;
/** For those that do not, on however slow a machine. */
export const ampleMs = 20_000;

/** `start` begins in the first line of the source, its body in the second. */
export function openCell(factory: CellFactory, body: string, memoryMb = 16): Cell {
  return factory.open(specOf(body, memoryMb));
}

export function specOf(body: string, memoryMb: number): CellSpec {
  const { opsInFlightPerStep, opBytesInFlightPerStep, payloadBytes, valueBytes, keyBytes } = defaultLimits;
  const bounds = { opsInFlightPerStep, opBytesInFlightPerStep, payloadBytes, valueBytes, keyBytes };
  return {
    code: `class Workflow { async start(data, headers, api) {\n${body}\n} }`,
    methods: ['start'],
    identifiers: ['setTimeout'],
    sharedFunctions: null,
    memoryMb,
    isolation: 'realm',
    region: defaultRegion,
    bounds: { ...bounds, opBytesWaitingPerStep: 2 ** 20, logBytesPerStep: 1_024, delaySecondsMin: 0 },
  };
}

/** Starts one more step. */
export function startStep(cell: Cell, ref: number, budgetMs: number): TurnResult {
  const run = [inboxLetters.run, '"run"', '"seed"', '"{}"'];
  const start = [inboxLetters.start, ref, 0, 1, 1, '{}'];
  return cell.turn([run, start].map((fields) => fields.join(fieldSeparator) + recordSeparator).join(''), budgetMs);
}

/** The turn of a step that is alone in its cell. */
export function turnOf(factory: CellFactory, body: string, budgetMs: number): TurnResult {
  const cell = openCell(factory, body);
  const result = startStep(cell, 1, budgetMs);
  cell.dispose();
  return result;
}
