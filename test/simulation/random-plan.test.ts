// A simulation says as much as its plans hold: all that a step can do is in them, in runs of every shape and end.
import { describe, expect, it } from 'vitest';
import { modelOf } from './model.ts';
import type { Action, Plan, StepPlan } from './plan.ts';
import { randomPlan } from './random-plan.ts';

const plans = Array.from({ length: 300 }, (_, i) => randomPlan(i + 1));
const models = plans.map(modelOf);
const actions = plans.flatMap((plan) => stepsOf(plan).flatMap(({ actions }) => actionsIn(actions)));

describe('the plans of 300 seeds', () => {
  it('are the same whenever they are made', () => {
    expect(Array.from({ length: 300 }, (_, i) => randomPlan(i + 1))).toEqual(plans);
  });

  it('hold every action', () => {
    expect([...new Set(actions.map(nameOf))].toSorted()).toEqual([
      'attempt',
      'burn',
      'confirm',
      'delete',
      'fail error',
      'fail final',
      'fail null',
      'fail refusal',
      'float',
      'get',
      'glimpse',
      'hop',
      'increment',
      'log',
      'parallel',
      'place',
      'push',
      'recall',
      'refused by hook',
      'refused by store',
      'schedule',
      'set',
      'sleep',
      'ticket',
      'timer',
      'witness',
    ]);
  });

  it('make runs of a few steps and of many, wide ones and deep ones', () => {
    const armed = models.map(({ steps }) => steps.armed);
    const fans = plans.flatMap((plan) => stepsOf(plan).map(({ actions }) => childrenIn(actions).length));
    const depths = models.flatMap(({ courses }) => [...courses.keys()].map((path) => path.split('.').length));
    expect(armed.filter((count) => count <= 3).length).toBeGreaterThan(20);
    expect(armed.filter((count) => count >= 100).length).toBeGreaterThan(3);
    expect(Math.max(...fans)).toBeGreaterThanOrEqual(25);
    expect(Math.max(...depths)).toBeGreaterThanOrEqual(10);
  });

  it('end in every way', () => {
    const courses = new Set(models.flatMap((model) => [...model.courses.values()].map((course) => course.join(' '))));
    for (const course of [
      'step_completed',
      'step_failed',
      'step_retried step_completed',
      'step_retried step_retried step_failed',
      'step_retried step_diverged step_retried step_diverged step_completed',
    ]) {
      expect(courses).toContain(course);
    }
    const failed = models.filter(({ status }) => status === 'failed');
    expect(failed.length).toBeGreaterThan(20);
    expect(failed.length).toBeLessThan(200);
    // A step that fails once it has armed a branch does not fail its run.
    expect(models.filter(({ status, steps }) => status === 'completed' && steps.failed > 0).length).toBeGreaterThan(10);
    expect(plans.filter(({ isGreedy }) => isGreedy).length).toBeGreaterThan(5);
  });
});

function stepsOf({ start, hooks }: Plan): StepPlan[] {
  return [start, hooks.complete, hooks.error].flatMap(withChildren);
}

function withChildren(step: StepPlan): StepPlan[] {
  return [step, ...childrenIn(step.actions).flatMap(withChildren)];
}

function childrenIn(actions: readonly Action[]): StepPlan[] {
  return actionsIn(actions).flatMap((action) => (action.do === 'schedule' ? [action.child] : []));
}

/** The actions of a step, those of its further flows included. */
function actionsIn(actions: readonly Action[]): Action[] {
  return actions.flatMap((action) => {
    if (action.do === 'float') return [action, ...actionsIn(action.flow.actions)];
    return action.do === 'parallel' ? [action, ...action.flows.flatMap((flow) => actionsIn(flow.actions))] : [action];
  });
}

function nameOf(action: Action): string {
  if (action.do === 'fail') return `fail ${action.how}`;
  return action.do === 'refused' ? `refused by ${action.by}` : action.do;
}
