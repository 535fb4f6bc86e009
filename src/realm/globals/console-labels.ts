// What `console.count` has counted and when `console.time` began, by label. A label is whatever a tenant gives: bounded in length
// and in number, and never an error.
import { mapDelete, mapGet, mapSet, mapSize } from '../primordials.ts';
import { elapsedText } from './elapsed-text.ts';
import { cutAt, formatLog } from './log-text.ts';
import type { StepContext } from './step-context.ts';

/** That a step has at a time, of counters and of timers. */
const labelsMost = 1_000;
const labelLength = 1_000;

export function count(step: StepContext, counts: Map<string, number>, given: unknown): void {
  const label = labelOf(given);
  const counted = (mapGet(counts, label) ?? 0) + 1;
  if (counted === 1 && isFull(step, counts, 'count', 'countReset')) return;
  mapSet(counts, label, counted);
  step.log('log', `${label}: ${counted}`);
}

export function resetCount(step: StepContext, counts: Map<string, number>, given: unknown): void {
  const label = labelOf(given);
  if (!mapDelete(counts, label)) step.log('warn', `Count for '${label}' does not exist`);
}

export function beginTime(step: StepContext, began: Map<string, number>, given: unknown): void {
  const label = labelOf(given);
  if (mapGet(began, label) !== undefined) step.log('warn', `Label '${label}' already exists for console.time()`);
  else if (!isFull(step, began, 'time', 'timeEnd')) mapSet(began, label, step.now());
}

export function logTime(
  step: StepContext,
  began: Map<string, number>,
  given: unknown,
  values: readonly unknown[],
): void {
  tellTime(step, began, labelOf(given), 'timeLog', values.length === 0 ? '' : ` ${formatLog(values)}`);
}

export function endTime(step: StepContext, began: Map<string, number>, given: unknown): void {
  const label = labelOf(given);
  tellTime(step, began, label, 'timeEnd', '');
  mapDelete(began, label);
}

function tellTime(
  step: StepContext,
  began: Map<string, number>,
  label: string,
  method: 'timeEnd' | 'timeLog',
  more: string,
): void {
  const time = mapGet(began, label);
  if (time === undefined) step.log('warn', `No such label '${label}' for console.${method}()`);
  else step.log('log', `${label}: ${elapsedText(step.now() - time)}${more}`);
}

function isFull(step: StepContext, labels: Map<string, number>, method: string, remedy: string): boolean {
  if (mapSize(labels) < labelsMost) return false;
  step.log('warn', `A step has at most ${labelsMost} labels of console.${method}(). Free some by console.${remedy}().`);
  return true;
}

/** As Node has it; of what cannot become a text, what a log line would say. */
function labelOf(given: unknown): string {
  if (given === undefined) return 'default';
  let label: string;
  try {
    label = `${given}`;
  } catch {
    label = formatLog([given]); // A symbol, or a `toString` of the tenant's that throws: a log call must not fail the step.
  }
  return label.length > labelLength ? cutAt(label, labelLength) : label;
}
