// What runs steps in a realm, turn by turn. The host calls `deliver` and then `take`. Only strings cross; nothing of the host is
// reachable from here.
import { fieldSeparator, hookNames, inboxLetters, recordSeparator } from '../protocol/records.ts';
import { type Actions, createApi } from './api.ts';
import { Outbox } from './outbox.ts';
import { Step, type StepBounds } from './step.ts';

const { parse } = JSON;
const { apply } = Reflect;
const tab = fieldSeparator.charCodeAt(0);
const zero = 0x30;

/** Evaluates the author's source anew with a step's own globals and gives its class. */
export type WorkflowFactory = (...globals: unknown[]) => new () => Record<string, unknown>;

/** What the host tells a cell about its workflow, as JSON. */
export interface RealmSetup {
  readonly methods: readonly string[];
  readonly globals: readonly string[];
  readonly bounds: StepBounds;
}

export interface Realm {
  /** First half of a turn: replies and new steps go in. Microtasks drain when it returns. */
  deliver(text: string): void;
  /** Second half of a turn: the ops of all steps come out, in order. */
  take(): string;
}

/** Makes what a step finds as its globals: arguments for the factory, in the order of `names`. */
export type GlobalsOf = (step: Step, names: readonly string[]) => unknown[];

/** The factory comes from the same isolate, never from outside. */
export function realmOf(setupText: string, workflowFactory: WorkflowFactory, globalsOf: GlobalsOf): Realm {
  const setup: RealmSetup = parse(setupText);
  const actions = actionsOf(setup.methods);
  const steps: Map<number, Step> = new Map();
  const outbox = new Outbox();
  let time = 0;

  function deliverRecord(record: string): void {
    const fields = record.split(fieldSeparator);
    const [letter, first = '', second = '', third = '', fourth = ''] = fields;
    const ref = Number(first);
    if (letter === inboxLetters.now) time = ref;
    else if (letter === inboxLetters.start) start(fields);
    else if (letter === inboxLetters.reject) steps.get(ref)?.settle(Number(second), time, false, third, fourth);
    else if (letter === inboxLetters.forget) {
      steps.get(ref)?.forget();
      steps.delete(ref);
    }
  }

  /** Most records are this one: its numbers are read digit by digit, without a text for each. */
  function deliverReply(text: string, start: number, end: number): void {
    let at = start + 2;
    let ref = 0;
    for (let c = text.charCodeAt(at); c !== tab; c = text.charCodeAt(++at)) ref = ref * 10 + c - zero;
    let position = 0;
    at++;
    for (let c = text.charCodeAt(at); c !== tab; c = text.charCodeAt(++at)) position = position * 10 + c - zero;
    steps.get(ref)?.settle(position, time, true, '', text.slice(at + 1, end));
  }

  function start(fields: string[]): void {
    const [, ref = '', method, ordinal, attempt, runId = '', seed = '', headers = '', data = ''] = fields;
    const name = setup.methods[Number(method)] ?? '';
    const isHook = name === hookNames.complete || name === hookNames.error;
    const identity = { ref, ordinal: Number(ordinal), attempt: Number(attempt), runId: parse(runId), seed, isHook };
    const step = new Step(identity, setup.bounds, outbox, time);
    steps.set(Number(ref), step);
    call(step, name, headers, data).then(
      (value) => step.completed(value),
      (error) => step.failed(error),
    );
  }

  /** An async function, so that what the author's code throws and what it rejects with take one way. */
  async function call(step: Step, name: string, headers: string, data: string): Promise<unknown> {
    const Workflow = apply(workflowFactory, undefined, globalsOf(step, setup.globals));
    const workflow = new Workflow();
    const method = workflow[name] as (...args: unknown[]) => unknown; // The admission check has seen the method.
    const api = createApi(step, actions);
    if (name === hookNames.complete) return apply(method, workflow, [api]);
    if (name === hookNames.error) return apply(method, workflow, [failureOf(data), api]);
    return apply(method, workflow, [parse(data), parse(headers), api]);
  }

  return {
    deliver(text) {
      for (let start = 0; start < text.length; ) {
        const end = text.indexOf(recordSeparator, start);
        if (end < 0) throw new Error('A delivery ends in the middle of a record.');
        if (text[start] === inboxLetters.resolve) deliverReply(text, start, end);
        else deliverRecord(text.slice(start, end));
        start = end + 1;
      }
    },
    take: () => outbox.take((step) => steps.delete(Number(step.identity.ref))),
  };
}

function actionsOf(methods: readonly string[]): Actions {
  const notScheduled: readonly string[] = ['start', hookNames.complete, hookNames.error];
  return new Map(methods.map((name, index) => [name, index] as const).filter(([name]) => !notScheduled.includes(name)));
}

/** The error of the failed step, rebuilt for `onWorkflowError(err, api)`. */
function failureOf(text: string): Error {
  const { name, message, stack, code } = parse(text);
  const error = new Error(message);
  const own = { name, code, stack: `${name}: ${message}\n${stack}` };
  for (const [key, value] of Object.entries(own)) {
    Object.defineProperty(error, key, { value, configurable: true, writable: true, enumerable: false });
  }
  return error;
}
