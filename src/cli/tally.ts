// Counts what the events of one run say: for the run and for each action. Pure; the views draw it.
import { hookNames } from '../protocol/records.ts';
import type { RunEvent } from '../state/events.ts';

export interface Counts {
  armed: number;
  active: number;
  completed: number;
  failed: number;
  retried: number;
}

export interface ActionTally extends Counts {
  readonly action: string;
  /** A hook is no branch: it is called once, at the run's end. */
  readonly isHook: boolean;
}

/** Steps that wait for a later time are remembered up to this many; of more, the time of the next may be unknown. */
const sleepersMost = 1_000;
/** A step that is due so soon does not count as waiting. */
const soonMs = 1_000;

export class Tally {
  /** All branches of the run. Hooks are no branches. */
  readonly run: Counts = noCounts();
  readonly #actions: Map<string, ActionTally> = new Map();
  readonly #sleepers: Map<string, number> = new Map();
  /** Events that did not reach this tally. Counts of actions are too low by as many. */
  missed = 0;

  /** In the order in which they first happened. */
  actions(): ActionTally[] {
    return [...this.#actions.values()];
  }

  /** When the next step that waits is due, in ms since the epoch; null if none waits. */
  nextDueAt(): number | null {
    return this.#sleepers.size === 0 ? null : Math.min(...this.#sleepers.values());
  }

  action(action: string): ActionTally {
    let tally = this.#actions.get(action);
    if (tally === undefined) {
      const isHook = action === hookNames.complete || action === hookNames.error;
      tally = { action, isHook, ...noCounts() };
      this.#actions.set(action, tally);
    }
    return tally;
  }

  add(event: RunEvent): void {
    switch (event.type) {
      case 'step_armed':
        this.#count(event.action, { armed: 1 });
        return this.#sleep(event.step, event.dueAt, event.at);
      case 'step_started':
        this.#sleepers.delete(event.step);
        if (this.action(event.action).isHook) this.action(event.action).armed = 1;
        return this.#count(event.action, { active: 1 });
      case 'step_completed':
        return this.#count(event.action, { active: -1, completed: 1 });
      case 'step_failed':
        return this.#count(event.action, { active: -1, failed: 1 });
      case 'step_moved':
        return this.#count(event.action, { active: -1 });
      case 'step_retried':
        this.#count(event.action, { active: -1, retried: 1 });
        return this.#sleep(event.step, event.retryAt, event.at);
      case 'events_dropped':
        this.missed += event.count;
        return;
      case 'run_ended':
        Object.assign(this.run, event.steps, { active: 0 });
        return;
      case 'run_started':
      case 'step_log':
      case 'step_diverged':
        return;
    }
  }

  #count(action: string, change: Partial<Counts>): void {
    const tally = this.action(action);
    for (const counts of tally.isHook ? [tally] : [tally, this.run]) {
      counts.armed += change.armed ?? 0;
      counts.active = Math.max(0, counts.active + (change.active ?? 0));
      counts.completed += change.completed ?? 0;
      counts.failed += change.failed ?? 0;
      counts.retried += change.retried ?? 0;
      // Of a run that goes on, some were armed before anybody listened.
      counts.armed = Math.max(counts.armed, counts.active + endedOf(counts));
    }
  }

  #sleep(step: string, dueAt: number, now: number): void {
    if (dueAt - now >= soonMs && this.#sleepers.size < sleepersMost) this.#sleepers.set(step, dueAt);
  }
}

export function endedOf({ completed, failed }: Counts): number {
  return completed + failed;
}

function noCounts(): Counts {
  return { armed: 0, active: 0, completed: 0, failed: 0, retried: 0 };
}
