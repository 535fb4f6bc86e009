// Has the stacks of failures show the author's own files, where the source ends with a map of them (`protocol/inline-map.ts`). That is done in the host, on
// the way out of a cell, only for steps that have failed, and the tenant is charged for it.
import { inlineMapOf, type OriginalPlace, originalPlaces } from '../protocol/inline-map.ts';
import { fieldSeparator, opLetters, recordSeparator, stackMark, thrownJsonMost } from '../protocol/records.ts';
import { sourceName } from '../realm/author-lines.ts';
import type { Cell } from './cell.ts';
import type { TurnResult } from './timed-turn.ts';

/** So many are looked up at a time, and so many are remembered: a cell has few places that fail. */
const placesMost = 1_000;
const frame = new RegExp(
  `^(at (?:.*\\()?(?:async )?)${sourceName.replace('.', '\\.')}:(\\d{1,9}):(\\d{1,9})(?=\\)?$)`,
  'gm',
);
const failed = opLetters.failed + fieldSeparator;

/** The cell itself, if its source has no map. */
export function withOriginalPlaces(cell: Cell, code: string): Cell {
  const map = inlineMapOf(code);
  if (map === null) return cell;
  const known = new Map<string, OriginalPlace | null>();
  return {
    turn(text, budgetMs) {
      const result = cell.turn(text, budgetMs);
      if (!hasFailed(result)) return result;
      const before = process.threadCpuUsage();
      const shown = shownIn(result, map, known);
      const { user, system } = process.threadCpuUsage(before);
      return { ...shown, cpuMicros: result.cpuMicros + user + system };
    },
    heapBytes: () => cell.heapBytes(),
    dispose: () => cell.dispose(),
  };
}

function hasFailed(result: TurnResult): boolean {
  if (result.kind === 'lost') return result.reason === 'cpu' || result.reason === 'rejection';
  return result.text.startsWith(failed) || result.text.includes(recordSeparator + failed);
}

function shownIn(result: TurnResult, map: string, known: Map<string, OriginalPlace | null>): TurnResult {
  const stacks: string[] = [];
  withStacks(result, (stack) => {
    stacks.push(stack);
    return stack;
  });
  learn(stacks, map, known);
  return withStacks(result, (stack) => shownStack(stack, known));
}

type Show = (stack: string) => string;

/** The result with each stack in it as it is to be shown. */
function withStacks(result: TurnResult, show: Show): TurnResult {
  if (result.kind === 'turn') {
    const records = result.text.split(recordSeparator).map((record) => shownRecord(record, show));
    return { ...result, text: records.join(recordSeparator) };
  }
  if (result.reason === 'cpu') return { ...result, detail: show(result.detail) };
  // What a rejection says is the tenant's own text, and stands first.
  const [said = '', frames, ...more] = result.detail.split(stackMark);
  if (frames === undefined) return result;
  return { ...result, detail: [said, show(frames), ...more.map((json) => shownJson(json, show))].join(stackMark) };
}

function learn(stacks: readonly string[], map: string, known: Map<string, OriginalPlace | null>): void {
  const asked = new Map<string, { readonly line: number; readonly column: number }>();
  for (const stack of stacks) {
    for (const [, , line = '', column = ''] of stack.matchAll(frame)) {
      const key = `${line}:${column}`;
      if (!known.has(key) && asked.size < placesMost) asked.set(key, { line: Number(line), column: Number(column) });
    }
  }
  if (asked.size === 0) return;
  if (known.size > placesMost) known.clear();
  const found = originalPlaces(map, [...asked.values()]);
  for (const [index, key] of [...asked.keys()].entries()) known.set(key, found[index] ?? null);
}

function shownStack(stack: string, known: ReadonlyMap<string, OriginalPlace | null>): string {
  return stack.replace(frame, (whole, before: string, line: string, column: string) => {
    const place = known.get(`${line}:${column}`);
    return place ? `${before}${fileOf(place)}:${place.line}:${place.column}` : whole;
  });
}

/** One that is called as the bundle is here is told from it. */
function fileOf({ file }: OriginalPlace): string {
  return file === sourceName ? `./${file}` : file;
}

/** What a failed step has left, as far as stacks are in it. */
interface Told {
  readonly stack?: unknown;
  readonly causes?: unknown;
  readonly errors?: unknown;
}

function shownRecord(record: string, show: Show): string {
  if (!record.startsWith(failed)) return record;
  const start = record.indexOf(fieldSeparator, failed.length) + 1;
  return record.slice(0, start) + shownJson(record.slice(start), show);
}

/** The realm writes JSON of that length, unless it is broken: the main thread sees to that. */
function shownJson(json: string, show: Show): string {
  const told = json.length <= thrownJsonMost ? parsed(json) : null;
  if (typeof told !== 'object' || told === null) return json;
  const shown = JSON.stringify(shownPart(told, show));
  return shown.length <= thrownJsonMost ? shown : json;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

/** What it was caused by, and what an aggregate holds, has no such parts of its own. */
function shownPart(part: Told, show: Show): Told {
  const { stack, causes, errors } = part;
  return {
    ...part,
    ...(typeof stack === 'string' ? { stack: show(stack) } : {}),
    ...(Array.isArray(causes) ? { causes: causes.map((one) => shownWithin(one, show)) } : {}),
    ...(Array.isArray(errors) ? { errors: errors.map((one) => shownWithin(one, show)) } : {}),
  };
}

function shownWithin(part: unknown, show: Show): unknown {
  if (typeof part !== 'object' || part === null || !('stack' in part) || typeof part.stack !== 'string') return part;
  return { ...part, stack: show(part.stack) };
}
