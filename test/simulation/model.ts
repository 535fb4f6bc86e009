// What has to come of a plan, worked out one step after the other in plain code: no cells, no threads, no time, no losses.
// It knows of attempts and journals what the semantics say, and shares no code with the runner.
import { ModelJournal } from './model-journal.ts';
import {
  type Action,
  type Flow,
  hookCounter,
  hooksKey,
  idKey,
  maxAttempts,
  type OwnKind,
  ownKey,
  type Plan,
  type StepPlan,
  ticketCounter,
  toldKey,
} from './plan.ts';

export interface ModelResult {
  readonly status: 'completed' | 'failed';
  readonly steps: {
    readonly armed: number;
    readonly completed: number;
    readonly failed: number;
    readonly retried: number;
  };
  /** Of values that depend on others, or on chance, only the part that does not: see `account.ts`. */
  readonly store: ReadonlyMap<string, unknown>;
  readonly logs: readonly ModelLog[];
  /** By path, how its attempts went: words as the run's events have them. */
  readonly courses: ReadonlyMap<string, readonly string[]>;
  /** Failures that fail the run. The first of them is its error, whichever is first. */
  readonly failures: readonly ModelFailure[];
}

export interface ModelLog {
  readonly path: string;
  readonly level: string;
  readonly text: string;
}

export interface ModelFailure {
  readonly code: string;
  readonly thrownCode: string;
  readonly action: string;
  readonly attempt: number;
}

/** What a planned step throws. */
class Thrown extends Error {
  readonly code: string;
  readonly thrownCode: string;
  readonly isFinal: boolean;

  constructor(message: string, code: string, thrownCode: string, isFinal: boolean) {
    super(message);
    this.code = code;
    this.thrownCode = thrownCode;
    this.isFinal = isFinal;
  }
}

export function modelOf(plan: Plan): ModelResult {
  return new Model(plan).run();
}

class Model {
  readonly #plan: Plan;
  readonly #store: Map<string, unknown> = new Map();
  readonly #logs: ModelLog[] = [];
  readonly #courses: Map<string, string[]> = new Map();
  readonly #failures: ModelFailure[] = [];
  readonly #steps = { armed: 1, completed: 0, failed: 0, retried: 0 };
  readonly #armed: StepPlan[];

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#armed = [plan.start];
  }

  run(): ModelResult {
    const { hooks } = this.#plan;
    this.#store.set(hooksKey, hooks);
    for (let step = this.#armed.shift(); step !== undefined; step = this.#armed.shift()) this.#step(step);
    const status = this.#failures.length === 0 ? 'completed' : 'failed';
    // In a run the error hook may go on beside other steps: nothing that both do tells which was first.
    this.#hook(status === 'completed' ? hooks.complete : hooks.error);
    return {
      status,
      steps: this.#steps,
      store: this.#store,
      logs: this.#logs,
      courses: this.#courses,
      failures: this.#failures,
    };
  }

  #step(plan: StepPlan): void {
    const { path, action } = plan;
    const journal = new ModelJournal();
    const course: string[] = [];
    this.#courses.set(path, course);
    for (let attempt = 1; ; attempt++) {
      const thrown = this.#attempt(plan, attempt, journal);
      for (let i = 0; i < journal.takeDivergences(); i++) course.push('step_diverged');
      if (thrown === null) {
        this.#steps.completed++;
        course.push('step_completed');
        return;
      }
      if (thrown.isFinal || attempt === maxAttempts) {
        const { code, thrownCode } = thrown;
        this.#steps.failed++;
        course.push('step_failed');
        if (journal.branches === 0) this.#failures.push({ code, thrownCode, action, attempt });
        return;
      }
      this.#steps.retried++;
      course.push('step_retried');
      journal.rewindFailed();
    }
  }

  #hook(plan: StepPlan): void {
    this.#add(hookCounter, 1);
    if (plan.action === 'onWorkflowError') this.#push(toldKey, 'told');
    const thrown = this.#attempt(plan, 1, new ModelJournal());
    this.#courses.set(plan.path, [thrown === null ? 'step_completed' : 'step_failed']);
    if (thrown === null) return;
    this.#logs.push({ path: plan.path, level: 'error', text: `${plan.action} failed: Error: ${thrown.message}` });
  }

  #attempt(plan: StepPlan, attempt: number, journal: ModelJournal): Thrown | null {
    const { path, actions } = plan;
    try {
      journal.effect(`set ${idKey(path)}`, () => this.#store.set(idKey(path), 'id'));
      this.#follow({ flow: 0, actions }, { path, attempt, journal });
      return null;
    } catch (thrown) {
      if (thrown instanceof Thrown) return thrown;
      throw thrown;
    }
  }

  #follow({ flow, actions }: Flow, step: ModelStep): void {
    for (const action of actions) this.#act(action, flow, step);
  }

  #act(action: Action, flow: number, step: ModelStep): void {
    const { path, journal, attempt } = step;
    const source = `${path} ${flow}`;
    switch (action.do) {
      case 'increment':
        journal.effect(`increment ${action.key} ${action.delta}`, () => this.#add(action.key, action.delta));
        return;
      case 'push':
      case 'place':
        journal.effect(`push ${action.key} ${source} ${action.at}`, () => this.#push(action.key, [source, action.at]));
        if (action.do === 'place') this.#note('places', action.at, flow, step);
        return;
      case 'ticket':
        journal.effect('ticket', () => this.#add(ticketCounter, 1));
        return this.#note('tickets', 'ticket', flow, step);
      case 'glimpse':
        journal.read(`get ${action.key}`, () => null);
        return this.#note('glimpses', 'glimpse', flow, step);
      case 'get':
        journal.read(`get ${action.key}`, () => null);
        return;
      case 'set': {
        const key = ownKey('value', path, flow);
        journal.effect(`set ${key} ${JSON.stringify(action.value)}`, () => this.#store.set(key, action.value));
        return;
      }
      case 'delete':
        journal.effect('delete', () => this.#store.delete(ownKey('value', path, flow)));
        return;
      case 'recall': {
        const key = ownKey('value', path, flow);
        const value = journal.read(`get ${key}`, () => this.#store.get(key) ?? null);
        return this.#note('recalled', value, flow, step);
      }
      case 'attempt': {
        const key = ownKey('attempts', path, flow);
        journal.effect(`increment ${key} ${attempt}`, () => this.#add(key, attempt));
        return;
      }
      case 'log': {
        const text = `${source} ${action.at}`;
        journal.effect(`log ${action.level} ${text}`, () => this.#logs.push({ path, level: action.level, text }));
        return;
      }
      case 'witness':
        if (action.afterMs > 0) journal.read(`sleep ${action.afterMs}`, () => null);
        return this.#note('witnessed', action.at, flow, step);
      case 'confirm':
        return this.#note('witnessed', action.at, flow, step);
      case 'refused':
        if (action.by === 'store') journal.read('refused', () => null);
        return this.#note('codes', action.by === 'store' ? 'VALUE_NOT_A_NUMBER' : 'HOOK_CANNOT_SCHEDULE', flow, step);
      case 'sleep':
      case 'timer':
        journal.read(`sleep ${action.ms}`, () => null);
        return;
      case 'burn':
      case 'hop':
        return;
      case 'parallel':
        for (const branch of action.flows) this.#follow(branch, step);
        return;
      case 'float':
        return this.#follow(action.flow, step);
      case 'schedule':
        journal.effect(`schedule ${action.child.path}`, () => this.#arm(action.child, journal));
        return;
      case 'fail':
        return this.#fail(action, step);
    }
  }

  #fail({ attempts, how }: Action & { do: 'fail' }, { path, attempt, journal }: ModelStep): void {
    if (attempt > attempts) return;
    if (how === 'null') throw new Thrown('null', 'STEP_THREW', '', false);
    if (how !== 'refusal') throw new Thrown('as planned', 'STEP_THREW', `PLANNED ${path}`, how === 'final');
    journal.read('refused', () => null);
    throw new Thrown('refused', 'VALUE_NOT_A_NUMBER', 'VALUE_NOT_A_NUMBER', false);
  }

  #arm(child: StepPlan, journal: ModelJournal): void {
    this.#steps.armed++;
    this.#armed.push(child);
    journal.branches++;
  }

  #note(kind: OwnKind, value: unknown, flow: number, { path, journal }: ModelStep): void {
    const key = ownKey(kind, path, flow);
    journal.effect(`push ${key} ${JSON.stringify(value)}`, () => this.#push(key, value));
  }

  #add(key: string, delta: number): void {
    this.#store.set(key, Number(this.#store.get(key) ?? 0) + delta);
  }

  #push(key: string, item: unknown): void {
    const list = this.#store.get(key);
    if (Array.isArray(list)) list.push(item);
    else this.#store.set(key, [item]);
  }
}

interface ModelStep {
  readonly path: string;
  readonly attempt: number;
  readonly journal: ModelJournal;
}
