// A run as plain lines.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PlainView } from '../../src/cli/plain-view.ts';
import { KeptOutput, notPlain } from './command-line.ts';
import { completed, failure, logEvent, runStarted, stepEvent } from './events.ts';

let out: KeptOutput;
let view: PlainView;

beforeEach(() => {
  vi.useFakeTimers();
  out = new KeptOutput();
  view = new PlainView(out, 'shop/order.js');
});

afterEach(() => {
  view.close();
  vi.useRealTimers();
});

function lines(): string[] {
  return out.text.split('\n').slice(0, -1);
}

describe('the plain view', () => {
  it('has a line for what happens to a step', () => {
    view.event(runStarted());
    view.event(stepEvent('step_armed', 'start', 1));
    view.event(stepEvent('step_started', 'start', 1, { at: 10 }));
    view.event(stepEvent('step_armed', 'later', 2, { at: 20, dueAt: 1_060_020 }));
    view.event(logEvent('start', 1, 'hello\nworld', 'warn'));
    view.event(stepEvent('step_retried', 'start', 1, { at: 30, error: failure, retryAt: 1_000_530 }));
    view.event(stepEvent('step_moved', 'start', 1, { at: 40, reason: 'cpu' }));
    view.event(stepEvent('step_completed', 'start', 1, { at: 1_500 }));
    view.event(stepEvent('step_failed', 'later', 2, { at: 61_000, error: failure }));
    expect(lines()).toEqual([
      'run run_1 of tenant acme started',
      '     0.02 s  later            step_2   waits for 1 min',
      '     0.00 s  start            step_1   | warn: hello',
      '     0.00 s  start            step_1   | warn: world',
      '     0.03 s  start            step_1   tried again after 0.50 s: TypeError: no such item [STEP_THREW]',
      '     0.04 s  start            step_1   runs again alone (cpu)',
      '     1.50 s  start            step_1   completed',
      '  1 min 1 s  later            step_2   failed: TypeError: no such item [STEP_THREW]',
    ]);
  });

  it('does not flood: of 100,000 steps the first have a line each, and then fewer and fewer', () => {
    view.event(runStarted());
    for (let ordinal = 1; ordinal <= 100_000; ordinal++) {
      view.event(stepEvent('step_armed', 'leaf', ordinal));
      view.event(stepEvent('step_started', 'leaf', ordinal));
      view.event(stepEvent('step_completed', 'leaf', ordinal));
    }
    expect(lines()).toHaveLength(1 + 20 + 11);
    expect(lines().slice(20, 23)).toEqual([
      '     0.00 s  leaf             step_20  completed',
      '     0.00 s  leaf: 50 of 50 completed',
      '     0.00 s  leaf: 100 of 100 completed',
    ]);
    expect(lines().at(-1)).toBe('     0.00 s  leaf: 100,000 of 100,000 completed');
  });

  it('counts each kind of news of each action for itself', () => {
    view.event(runStarted());
    for (let ordinal = 1; ordinal <= 21; ordinal++) view.event(stepEvent('step_completed', 'a', ordinal));
    view.event(stepEvent('step_completed', 'b', 22));
    view.event(stepEvent('step_failed', 'a', 23, { error: failure }));
    expect(lines().slice(21)).toEqual([
      '     0.00 s  b                step_22  completed',
      '     0.00 s  a                step_23  failed: TypeError: no such item [STEP_THREW]',
    ]);
  });

  it('shows 1,000 lines of log and says how many more there were', () => {
    for (let ordinal = 1; ordinal <= 1_500; ordinal++) view.event(logEvent('leaf', ordinal, `line ${ordinal}`));
    expect(lines()).toHaveLength(1_000);
    view.ended(completed, []);
    expect(out.text).toContain('500 more log lines are not shown');
  });

  it('shows 50 lines of one log call', () => {
    view.event(logEvent('start', 1, 'x\n'.repeat(1_000)));
    expect(lines()).toHaveLength(51);
    expect(lines().at(-1)).toContain('… 950 more lines');
  });

  it('gives a sign of life when nothing else happens', () => {
    view.event(runStarted());
    view.event(stepEvent('step_armed', 'start', 1));
    view.event(stepEvent('step_started', 'start', 1));
    vi.advanceTimersByTime(20_000);
    expect(lines().slice(1)).toEqual(['still at it: 0 of 1 steps ended, 1 running']);
    view.close();
    vi.advanceTimersByTime(60_000);
    expect(lines()).toHaveLength(2);
  });

  it('ends with how the run ended', () => {
    view.event(stepEvent('step_armed', 'start', 1));
    view.event(stepEvent('step_completed', 'start', 1));
    view.ended({ ...completed, output: [1], store: { 'a b': 'x', count: 2 } }, []);
    expect(lines().slice(1)).toEqual([
      '  start: 1 of 1 completed',
      '',
      'completed in 1.23 s',
      '',
      'Output',
      '  [1]',
      '',
      'Store',
      '  "a b": "x"',
      '  count: 2',
      '',
      'Steps  1 armed, 1 completed, 0 failed, 0 retried',
      'Usage  1 attempt, 2 ops, 2 ms of CPU time',
    ]);
  });

  it("ends with why the run failed, in the author's file", () => {
    view.ended({ ...completed, status: 'failed', error: { ...failure, message: 'no such item\nat all' } }, []);
    expect(lines().slice(1, 9)).toEqual([
      'failed in 1.23 s',
      '',
      'Error',
      '  TypeError: no such item [STEP_THREW]',
      '    at all',
      '    in pick, step_7, attempt 3',
      '    at Workflow.pick (shop/order.js:12:13)',
      '    at Workflow.start (shop/order.js:3:5)',
    ]);
  });

  it('writes nothing but plain text, whatever the tenant wrote', () => {
    const hostile = '\x1b[2J\u009b31m\x07\u202e\u2028\r✔ completed\x1b]0;title\x07\u0000';
    const error = {
      ...failure,
      name: hostile,
      message: hostile,
      stack: `at ${hostile} (workflow.js:1:1)`,
      action: hostile,
    };
    view.event({ ...runStarted(), tenant: hostile } as never);
    view.event(logEvent(hostile, 1, hostile));
    view.event(stepEvent('step_failed', hostile, 1, { error }));
    view.event(stepEvent('step_moved', hostile, 1, { reason: 'cpu' }));
    const keys = { [hostile]: hostile, [`${hostile}2`]: { [hostile]: [hostile.repeat(20)] } };
    view.ended({ ...completed, status: 'failed', error, output: hostile, store: keys }, []);
    expect(out.text).not.toMatch(notPlain);
    expect(lines().filter((line) => line.startsWith('✔'))).toEqual([]);
  });
});
