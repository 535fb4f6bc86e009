// Puts what came of a run, and what has to come of its plan, into the same words, so that they can be held side by side.
// What hangs on time, chance or the order of steps is left out of both, and held to its own rules instead: `faults`.
import type { LogLine, Outcome, RunEvent } from '../../src/index.ts';
import { faultsOf } from './faults.ts';
import type { ModelFailure, ModelLog, ModelResult } from './model.ts';
import { lists, type Plan } from './plan.ts';
import { type StepIds, stepIdsOf } from './step-ids.ts';

type Entries = readonly (readonly [name: string, value: unknown])[];

export interface Account {
  readonly status: string;
  readonly output: unknown;
  readonly error: string;
  readonly steps: unknown;
  /** Sorted by key. Items of shared lists by the flow that pushed them, in its order. */
  readonly store: Entries;
  /** Lines by the step that wrote them and its flow, in order. */
  readonly logs: Entries;
  /** By step, how its attempts went. */
  readonly courses: Entries;
  readonly faults: readonly string[];
}

export function accountOfModel({ seed }: Plan, model: ModelResult): Account {
  return {
    status: model.status,
    output: model.courses.get('0')?.at(-1) === 'step_completed' ? { seed, headers: { seed } } : null,
    error: model.failures.length === 0 ? 'none' : 'one of those planned',
    steps: model.steps,
    store: sorted([...model.store].map(([key, value]) => [key, isShared(key) ? byFlow(value) : value])),
    logs: linesByFlow(model.logs),
    courses: sorted(model.courses),
    faults: [],
  };
}

export interface EndedRun {
  readonly outcome: Outcome;
  readonly logs: readonly LogLine[];
  readonly events: readonly RunEvent[];
}

export function accountOfRun(run: EndedRun, model: ModelResult): Account {
  const { status, output, error, steps, store } = run.outcome;
  const ids = stepIdsOf(store);
  const logs = run.logs.map(({ step, level, text }) => ({ path: ids.pathOf(step), level, text }));
  return {
    status,
    output,
    error: error === undefined ? 'none' : nameOfFailure(error, model.failures),
    steps,
    store: sorted(Object.keys(store).map((key) => [key, certainPart(key, store[key])])),
    logs: linesByFlow(logs),
    courses: coursesOf(run.events, ids),
    faults: faultsOf(run, ids),
  };
}

function nameOfFailure(error: NonNullable<Outcome['error']>, planned: readonly ModelFailure[]): string {
  const { code, thrownCode, message, action, attempt } = error;
  const isPlanned = planned.some(
    (failure) =>
      failure.code === code &&
      failure.thrownCode === thrownCode &&
      failure.action === action &&
      failure.attempt === attempt,
  );
  return isPlanned ? 'one of those planned' : JSON.stringify({ code, thrownCode, message, action, attempt });
}

function certainPart(key: string, value: unknown): unknown {
  if (isShared(key))
    return byFlow((value as [string, number, number][]).map(([path, flow, at]) => [`${path} ${flow}`, at]));
  if (key.startsWith('id of ')) return 'id';
  if (key.startsWith('tickets of ')) return (value as unknown[]).map(() => 'ticket');
  if (key.startsWith('glimpses of ')) return (value as unknown[]).map(() => 'glimpse');
  if (key.startsWith('places of ')) return (value as [string, number, number][]).map(([, at]) => at);
  if (key.startsWith('witnessed of ')) return (value as [number, number, number][]).map(([at]) => at);
  if (key === 'told') return (value as unknown[]).map(() => 'told');
  return value;
}

function isShared(key: string): boolean {
  return lists.some((list) => list === key);
}

function byFlow(items: unknown): Entries {
  const flows = new Map<string, number[]>();
  for (const [source, at] of items as [string, number][]) flows.set(source, [...(flows.get(source) ?? []), at]);
  return sorted(flows);
}

function linesByFlow(logs: readonly ModelLog[]): Entries {
  const flows = new Map<string, string[]>();
  for (const { path, level, text } of logs) {
    const flow = / (\d+) \d+$/.exec(text)?.[1] ?? 'no flow';
    const source = `${path} ${flow}`;
    flows.set(source, [...(flows.get(source) ?? []), `${level}: ${text}`]);
  }
  return sorted(flows);
}

const courseWords: readonly string[] = ['step_retried', 'step_diverged', 'step_completed', 'step_failed'];

function coursesOf(events: readonly RunEvent[], ids: StepIds): Entries {
  const courses = new Map<string, string[]>();
  for (const event of events) {
    if (!('step' in event)) continue;
    const path = ids.pathOf(event.step);
    const course = courses.get(path) ?? [];
    courses.set(path, course);
    if (courseWords.includes(event.type)) course.push(event.type);
  }
  return sorted(courses);
}

function sorted(entries: Iterable<readonly [string, unknown]>): Entries {
  return [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
