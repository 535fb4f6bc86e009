// What runs steps in a realm, turn by turn. The host calls `deliver` and then `take`. Only strings cross; nothing of the host is
// reachable from here.
import { hookNames, inboxLetters } from '../protocol/records.ts';
import { type Actions, createApi } from './api.ts';
import { Delivery } from './delivery.ts';
import { forgetErrors, rejectionOf } from './error-stacks.ts';
import { Outbox } from './outbox.ts';
import { apply, jsonParse, MapOf, mapDelete, mapGet, mapSet, stringOf } from './primordials.ts';
import { freezeShared } from './sharing.ts';
import { type RunIdentity, Step, type StepBounds } from './step.ts';
import { toldError } from './told-error.ts';

const { forget, now, reject, resolve, run: ofRun, start } = inboxLetters;

/** For these globals. What it gives evaluates the author's source, and gives its class and the functions at its top that the cell was told of. */
export type WorkflowFactory = (...globals: unknown[]) => () => readonly [WorkflowClass, ...unknown[]];

type WorkflowClass = new () => Record<string, unknown>;

/** What the host tells a cell about its workflow, as JSON. */
export interface RealmSetup {
  readonly methods: readonly string[];
  readonly globals: readonly string[];
  /** Those of them that have to be like the engine's own in all that code can ask of them. */
  readonly exact: readonly string[];
  readonly isShared: boolean;
  readonly bounds: StepBounds;
}

export interface Realm {
  /** First half of a turn: replies and new steps go in. Microtasks drain when it returns. */
  deliver(text: string): void;
  /** Second half of a turn: the ops of all steps come out, in order. */
  take(): string;
  /** In its place, if the turn has left a rejection with this message to nobody: what else is to be told of it. See `rejectedJson`. */
  rejection(message: string): string;
}

/** Makes what a step finds as its globals: arguments for the factory, in the order of the names. Null: what all steps share of them. */
export type GlobalsOf = (step: Step | null, setup: Pick<RealmSetup, 'globals' | 'exact'>) => unknown[];

/** The factory comes from the same isolate, never from outside. */
export function realmOf(setupText: string, workflowFactory: WorkflowFactory, globalsOf: GlobalsOf): Realm {
  const setup: RealmSetup = jsonParse(setupText);
  const actions = actionsOf(setup.methods);
  const steps = new MapOf<number, Step>();
  const delivery = new Delivery();
  const outbox = new Outbox();
  /** Of a source whose steps cannot tell it from one of their own. */
  let shared: WorkflowClass | null = null;
  let canShare = setup.isShared;
  let time = 0;
  /** That of the steps that are started next. */
  let run: RunIdentity = { id: '', seed: '', headers: '{}' };

  function deliverRecord(letter: string): void {
    if (letter === ofRun) {
      run = { id: delivery.value(), seed: delivery.value(), headers: delivery.lastValue() as string };
      return;
    }
    const first = delivery.whole();
    if (letter === resolve) settle(mapGet(steps, first), true);
    else if (letter === now) time = first;
    else if (letter === start) begin(first);
    else if (letter === reject) settle(mapGet(steps, first), false);
    else if (letter === forget) {
      mapGet(steps, first)?.forget();
      mapDelete(steps, first);
    }
  }

  /** The record is read to its end, also if nobody waits for it any more. */
  function settle(step: Step | undefined, isResolved: boolean): void {
    const position = delivery.whole();
    const code = isResolved ? '' : delivery.field();
    const value = delivery.lastValue();
    if (isResolved) step?.resolve(position, time, value);
    else step?.reject(position, time, code, stringOf(value));
  }

  function begin(ref: number): void {
    const name = setup.methods[delivery.whole()] ?? '';
    const ordinal = delivery.whole();
    const attempt = delivery.whole();
    const data = delivery.lastField();
    const isHook = name === hookNames.complete || name === hookNames.error;
    const step = new Step({ ref, ordinal, attempt, run, isHook }, setup.bounds, outbox, time);
    mapSet(steps, ref, step);
    void runToEnd(step, name, data);
  }

  /** What the author's code throws and what it rejects with take one way. */
  async function runToEnd(step: Step, name: string, data: string): Promise<void> {
    let value: unknown;
    try {
      value = await call(step, name, data);
    } catch (error) {
      return step.failed(error);
    }
    step.completed(value);
  }

  function classFor(step: Step): WorkflowClass {
    if (shared !== null) return shared;
    if (canShare) shared = sharedClass();
    return shared ?? evaluated(step)[0];
  }

  /** No object of a step's own is in it. */
  function sharedClass(): WorkflowClass | null {
    const found = evaluated(null);
    canShare = freezeShared(found);
    return canShare ? found[0] : null;
  }

  function evaluated(step: Step | null): ReturnType<ReturnType<WorkflowFactory>> {
    return apply(apply(workflowFactory, undefined, globalsOf(step, setup)), undefined, []);
  }

  function call(step: Step, name: string, data: string): unknown {
    const Workflow = classFor(step);
    const workflow = new Workflow();
    const method = workflow[name] as (...args: unknown[]) => unknown; // The admission check has seen the method.
    const api = createApi(step, actions);
    step.hasBegun = true;
    if (name === hookNames.complete) return apply(method, workflow, [api]);
    if (name === hookNames.error) return apply(method, workflow, [toldError(data), api]);
    return apply(method, workflow, [parsed(data), parsed(step.identity.run.headers), api]);
  }

  return {
    deliver(text) {
      delivery.open(text);
      for (let letter = delivery.letter(); letter !== ''; letter = delivery.letter()) deliverRecord(letter);
    },
    take() {
      forgetErrors();
      return outbox.takeOut((step) => mapDelete(steps, step.identity.ref));
    },
    rejection: rejectionOf,
  };
}

function actionsOf(methods: readonly string[]): Actions {
  const numbers = new MapOf<string, number>();
  let names = '';
  for (let index = 0; index < methods.length; index++) {
    const name = methods[index] ?? '';
    if (name === 'start' || name === hookNames.complete || name === hookNames.error) continue;
    mapSet(numbers, name, index);
    names += names === '' ? name : `, ${name}`;
  }
  return { numbers, names: names === '' ? 'none' : names };
}

/** Most headers, and what a branch without a payload gets, are an object with nothing in it. */
function parsed(text: string): unknown {
  return text === '{}' ? {} : jsonParse(text);
}
