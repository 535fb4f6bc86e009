// Makes a plan from a seed: a tree of steps of any shape, from three to a few hundred of them.
//
// Three manners of steps keep what comes of a plan certain. A straight one does one thing after the other. A woven one
// has flows side by side and leaves calls unawaited; if it fails, it does so in its main flow, and nothing that it left
// unawaited goes on from there, or its next attempt would go another way. A wayward one is meant to: it fails, and does
// other things in its next attempt. It has no branches, so that none is armed twice.
import { type Random, seededRandom } from '../random.ts';
import { type Action, counters, type Flow, lists, type Plan, type StepPlan } from './plan.ts';

type Manner = 'straight' | 'woven' | 'wayward';

/** Seeds in a hundred that take a turn for themselves, and so cost their cell. */
const greedyPercent = 5;
/** About 80 ms of an engine's time, with a turn of 50. */
const greedyRounds = 60_000_000;
const burnRounds = 200_000;

export function randomPlan(seed: number): Plan {
  const random = seededRandom(seed);
  const isGreedy = random.below(100) < greedyPercent;
  const maker = new PlanMaker(random, isGreedy);
  return {
    seed,
    start: maker.step('0', 'start', sizeOf(random)),
    hooks: { complete: maker.hook('complete', 'onWorkflowComplete'), error: maker.hook('error', 'onWorkflowError') },
    isGreedy,
  };
}

/** How many steps. */
function sizeOf({ below }: Random): number {
  const chance = below(100);
  if (chance < 40) return 3 + below(5);
  if (chance < 80) return 8 + below(20);
  return chance < 96 ? 30 + below(60) : 90 + below(150);
}

class PlanMaker {
  readonly #random: Random;
  #isGreedy: boolean;
  /** Numbers of actions and flows, counted through the step that is being made. */
  #at = 0;
  #flow = 0;

  constructor(random: Random, isGreedy: boolean) {
    this.#random = random;
    this.#isGreedy = isGreedy;
  }

  /** A step that with all that follows from it makes `size` steps, unless some fail before they have armed theirs. */
  step(path: string, action: StepPlan['action'], size: number): StepPlan {
    const { below, pick } = this.#random;
    const children = this.#shares(size - 1).map((share, i) => this.step(`${path}.${i}`, pick(['work', 'toil']), share));
    const manner: Manner = children.length === 0 && below(8) === 0 ? 'wayward' : below(3) === 0 ? 'woven' : 'straight';
    const failure = this.#failure(manner, children.length > 0);
    this.#at = 0;
    this.#flow = 0;
    const actions = this.#ownActions(manner, failure !== null);
    for (const child of children) actions.push(this.#schedule(child, manner));
    shuffle(actions, this.#random);
    this.#confirm(actions);
    if (failure !== null) actions.splice(below(actions.length + 1), 0, failure);
    return { path, action, actions: this.#isGreedy ? this.#withGreed(actions) : actions };
  }

  hook(path: string, action: StepPlan['action']): StepPlan {
    const { below } = this.#random;
    this.#at = 0;
    this.#flow = 0;
    const actions = Array.from({ length: below(6) }, () => this.#simple('straight', false));
    this.#confirm(actions);
    if (below(4) === 0) actions.push({ do: 'refused', by: 'hook' });
    if (below(4) === 0) actions.push({ do: 'fail', attempts: 1 + below(3), how: 'error' });
    return { path, action, actions };
  }

  /** Sizes of the subtrees: a chain, a few branches, or a fan of up to 30. */
  #shares(size: number): number[] {
    if (size <= 0) return [];
    const { below } = this.#random;
    const widest = [1, 3, 30][below(3)] ?? 1;
    const shares = Array.from({ length: Math.min(size, 1 + below(widest)) }, () => 1);
    for (let left = size - shares.length; left > 0; left--) {
      const index = below(shares.length);
      shares[index] = (shares[index] ?? 0) + 1;
    }
    return shares;
  }

  #failure(manner: Manner, hasChildren: boolean): Action | null {
    const { below, pick } = this.#random;
    if (manner === 'wayward') return { do: 'fail', attempts: 1 + below(2), how: pick(['error', 'null', 'refusal']) };
    const chance = below(100);
    if (chance < 12) return { do: 'fail', attempts: 1 + below(2), how: pick(['error', 'null']) };
    // For good: seldom where nothing has been handed on, for that fails the run.
    if (chance < (hasChildren ? 17 : 13)) return { do: 'fail', attempts: 3, how: pick(['error', 'final', 'null']) };
    return chance < 18 && manner === 'straight' ? { do: 'fail', attempts: 1, how: 'refusal' } : null;
  }

  #ownActions(manner: Manner, fails: boolean): Action[] {
    const { below } = this.#random;
    const actions = Array.from({ length: below(7) }, () => this.#simple(manner, fails));
    // It goes another way by the number of its attempt, or by what the one before has left.
    if (manner === 'wayward' && below(2) === 0) actions.push({ do: 'attempt' });
    else if (manner === 'wayward') actions.push({ do: 'recall' }, { do: 'set', value: 'left' });
    if (manner !== 'woven') return actions;
    if (below(2) === 0) {
      const flows = Array.from({ length: 2 + below(4) }, () => this.#subflow(1 + below(4), fails, true));
      actions.push({ do: 'parallel', flows });
    }
    for (let floats = below(4); floats > 0; floats--) {
      actions.push({ do: 'float', flow: this.#subflow(fails ? 1 : 1 + below(3), fails, false) });
    }
    return actions;
  }

  /** Nobody waits for a flow that floats while it sleeps, and in a step that fails it may only be one call. */
  #subflow(length: number, fails: boolean, isAwaited: boolean): Flow {
    const flow = ++this.#flow;
    const actions: Action[] = [];
    while (actions.length < length) {
      const action = this.#simple('woven', fails);
      if (isAwaited || (!isSleep(action) && (!fails || isOneCall(action)))) actions.push(action);
    }
    this.#confirm(actions);
    return { flow, actions };
  }

  /** What has been witnessed is confirmed later in the flow. */
  #confirm(actions: Action[]): void {
    for (const [index, action] of actions.toReversed().entries()) {
      if (action.do !== 'witness') continue;
      const after = 1 + this.#random.below(index + 1);
      actions.splice(actions.indexOf(action) + after, 0, { do: 'confirm', at: action.at });
    }
  }

  #schedule(child: StepPlan, manner: Manner): Action {
    const { below, pick } = this.#random;
    const delay = pick([0, 0, 0, 0, below(20) / 1_000, pick([90, '1 hour', '2 days'])]);
    const schedule: Action = { do: 'schedule', delay, child };
    if (manner !== 'woven' || below(2) === 0) return schedule;
    return { do: 'float', flow: { flow: ++this.#flow, actions: [schedule] } };
  }

  #simple(manner: Manner, fails: boolean): Action {
    const { below, pick } = this.#random;
    const at = ++this.#at;
    switch (below(18)) {
      case 0:
      case 1:
        return { do: 'increment', key: pick(counters), delta: pick([1, 1, -1, 5, -3, 0.25]) };
      case 2:
      case 3:
        return { do: 'push', key: pick(lists), at };
      case 4:
        return { do: 'place', key: pick(lists), at };
      case 5:
        return { do: 'ticket' };
      case 6:
        return { do: 'get', key: pick([...counters, ...lists]) };
      case 7:
        return { do: 'set', value: pick([at, [at], { at }, null, `${at}`]) };
      case 8:
        return { do: 'delete' };
      case 9:
        // Only its own key tells a step that fails the same in each run.
        return fails && manner !== 'wayward' ? { do: 'get', key: pick(counters) } : { do: 'recall' };
      case 10:
      case 11:
        return { do: 'log', level: pick(['log', 'warn', 'error']), at };
      case 12:
        return { do: 'sleep', ms: 1 + below(4) };
      case 13:
        return below(2) === 0 ? { do: 'timer', ms: below(20) } : { do: 'burn', rounds: below(burnRounds) };
      case 14:
        return { do: 'refused', by: 'store' };
      case 15:
        return { do: 'hop', hops: 1 + below(6) };
      case 16:
        // What is read is read anew after a failure: nothing may come of it in a step that fails.
        return fails ? { do: 'get', key: pick(lists) } : { do: 'glimpse', key: pick(counters) };
      default:
        // The time goes on for an attempt that goes another way.
        return manner === 'wayward' ? { do: 'set', value: at } : { do: 'witness', at, afterMs: pick([0, 0, 1, 3]) };
    }
  }

  /** Of a greedy plan, the first step to be done with itself. */
  #withGreed(actions: readonly Action[]): Action[] {
    this.#isGreedy = false;
    return [{ do: 'burn', rounds: greedyRounds }, ...actions];
  }
}

function isSleep(action: Action): boolean {
  return action.do === 'sleep' || (action.do === 'witness' && action.afterMs > 0);
}

function isOneCall(action: Action): boolean {
  return ['increment', 'push', 'get', 'set', 'delete', 'log'].includes(action.do);
}

function shuffle<T>(items: T[], { below }: Random): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = below(i + 1);
    const [a, b] = [items[i], items[j]];
    if (a !== undefined && b !== undefined) [items[i], items[j]] = [b, a];
  }
}
