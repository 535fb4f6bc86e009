// Which step schedules which, as far as the source says it: what a step's own code and the functions that it calls have written out.
import { hookNames } from '../protocol/records.ts';
import type { StepEdge, StepGraph, StepNode } from '../workflow-report.ts';
import { isScheduleCall, propertyOf } from './nodes.ts';
import type { AnyNode, CallExpression } from './parse.ts';
import type { Owner, Place } from './places.ts';
import { literalOf, readOptions } from './schedule-literals.ts';

/** Of a graph with more, no more is told: a helper that all steps share makes as many as steps times what it schedules. */
export const edgesMost = 100_000;

/** Whether methods are looked up here by names that turn out when the step runs. */
function isOpen({ node, above }: Place): boolean {
  if (node.type === 'CallExpression') return isScheduleCall(node) && scheduleOf(node).to === null;
  if (node.type !== 'ThisExpression' || above === null) return false;
  return above.node.type === 'MemberExpression' ? propertyOf(above.node) === undefined : true;
}

interface Schedule {
  /** Null: worked out when the step runs. */
  readonly to: string | null;
  readonly isRepeated: boolean;
  readonly delay: string | null;
}

/** What the code of one function does. */
interface Doings {
  readonly schedules: Schedule[];
  readonly calls: { readonly of: string; readonly isRepeated: boolean }[];
}

export interface Reach {
  readonly graph: StepGraph;
  /** Methods that nothing in the source schedules, calls or mentions. */
  readonly unreachable: ReadonlySet<string>;
}

/** `methods`: all of the class, in source order. */
export function reachOf(places: readonly Place[], methods: readonly string[]): Reach {
  const known = new Set(methods);
  const doings = doingsOf(places, known);
  const steps = new Set(['start']);
  const edges = new Map<string, StepEdge>();
  // It grows while it is gone through: what is scheduled is a step too.
  for (const from of steps) {
    if (edges.size >= edgesMost) break;
    for (const edge of edgesOf(from, doings)) {
      edges.set(JSON.stringify(edge), edge);
      if (edge.to !== null && known.has(edge.to)) steps.add(edge.to);
    }
  }
  const mentioned = mentionedIn(places);
  const isReached = (name: string): boolean => steps.has(name) || isHook(name) || mentioned.has(name);
  const isCertain =
    ![...edges.values()].some(({ to }) => to === null) && !places.some(isOpen) && edges.size < edgesMost;
  const unreachable = new Set(isCertain ? methods.filter((name) => !isReached(name)) : []);
  const nodes = [...steps, ...methods.filter(isHook)].map((name) => ({ name, kind: kindOf(name) }));
  return { graph: { steps: nodes, edges: [...edges.values()] }, unreachable };
}

function kindOf(name: string): StepNode['kind'] {
  if (name === 'start') return 'start';
  return isHook(name) ? 'hook' : 'step';
}

function isHook(name: string): boolean {
  return name === hookNames.complete || name === hookNames.error;
}

/** What a step schedules by its own code and by the functions that it calls, however far down. */
function edgesOf(from: string, doings: ReadonlyMap<string, Doings>): StepEdge[] {
  const edges: StepEdge[] = [];
  const called = new Map([[keyOf({ kind: 'method', name: from }), false]]);
  for (const [key, isCalledRepeatedly] of called) {
    const { schedules = [], calls = [] } = doings.get(key) ?? {};
    for (const { to, isRepeated, delay } of schedules) {
      edges.push({ from, to, isRepeated: isRepeated || isCalledRepeatedly, delay });
    }
    for (const { of, isRepeated } of calls) if (!called.has(of)) called.set(of, isRepeated || isCalledRepeatedly);
  }
  return edges;
}

function doingsOf(places: readonly Place[], methods: ReadonlySet<string>): Map<string, Doings> {
  const doings = new Map<string, Doings>();
  for (const { node, owner, isRepeated } of places) {
    if (owner === null || node.type !== 'CallExpression') continue;
    const own = doings.get(keyOf(owner)) ?? { schedules: [], calls: [] };
    doings.set(keyOf(owner), own);
    const schedule = scheduleOf(node);
    // Under whatever name: what is called with the name of a method as its action can be nothing else.
    if (isScheduleCall(node) || (schedule.to !== null && methods.has(schedule.to))) {
      own.schedules.push({ ...schedule, isRepeated });
    } else {
      const of = calledBy(node);
      if (of !== null) own.calls.push({ of, isRepeated });
    }
  }
  return doings;
}

function keyOf({ kind, name }: Owner): string {
  return `${kind} ${name}`;
}

function calledBy({ callee }: CallExpression): string | null {
  if (callee.type === 'Identifier') return keyOf({ kind: 'function', name: callee.name });
  const name = callee.type === 'MemberExpression' && callee.object.type === 'ThisExpression' && propertyOf(callee);
  return typeof name === 'string' ? keyOf({ kind: 'method', name }) : null;
}

function scheduleOf(call: CallExpression): Omit<Schedule, 'isRepeated'> {
  const [options] = call.arguments;
  if (options?.type !== 'ObjectExpression') return { to: null, delay: null };
  const { written } = readOptions(options);
  const [action, delay] = [written.get('action'), written.get('delay')];
  const to = action === undefined ? undefined : literalOf(action);
  const wait = delay === undefined ? undefined : literalOf(delay);
  return {
    to: typeof to === 'string' ? to : null,
    delay: typeof wait === 'number' ? `${wait} s` : typeof wait === 'string' ? wait : null,
  };
}

/** Whatever could name a method when the step runs: texts, and properties that are read or called. */
function mentionedIn(places: readonly Place[]): Set<string> {
  const mentioned = new Set<string>();
  for (const { node } of places) {
    const name = mentionedBy(node);
    if (name !== undefined) mentioned.add(name);
  }
  return mentioned;
}

function mentionedBy(node: AnyNode): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type === 'TemplateElement') return node.value.cooked ?? undefined;
  return propertyOf(node);
}
