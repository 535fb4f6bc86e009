// The timeline of a run, from its events.
import { describe, expect, it } from 'vitest';
import { plainStyle } from '../../src/cli/style.ts';
import { Timeline } from '../../src/cli/timeline.ts';
import type { RunEvent } from '../../src/index.ts';
import { failure, runStarted, stepEvent } from './events.ts';

const usage = { cpuMs: 3, activeMs: 20, queueMs: 0, ops: 0, attempts: 1, logBytes: 0 };

function linesOf(...events: readonly RunEvent[]): string[] {
  const timeline = new Timeline();
  for (const event of [runStarted(), ...events]) timeline.add(event);
  return timeline.lines(plainStyle).slice(1);
}

function ended(ordinal: number, type: 'step_completed' | 'step_failed' = 'step_completed'): RunEvent[] {
  return [
    stepEvent('step_armed', 'work', ordinal, { at: ordinal }),
    stepEvent('step_started', 'work', ordinal, { at: ordinal }),
    stepEvent(type, 'work', ordinal, { at: ordinal + 1_000, usage, error: failure }),
  ];
}

describe('a timeline', () => {
  it('has a line for each step: when it was begun, how long it took, how often it was tried, what became of it', () => {
    const again = { error: failure, retryAt: 9_000_000, usage };
    const lines = linesOf(
      ...ended(1),
      ...ended(2, 'step_failed'),
      stepEvent('step_armed', 'late', 3, { dueAt: 87_400_000 }),
      stepEvent('step_started', 'again', 4, { at: 10 }),
      stepEvent('step_retried', 'again', 4, { at: 20, ...again }),
      stepEvent('step_started', 'now', 5, { at: 30 }),
      stepEvent('step_started', 'onWorkflowError', 6, { at: 40 }),
      stepEvent('step_completed', 'onWorkflowError', 6, { at: 50, usage }),
    );
    expect(lines.map((line) => line.trim().replaceAll(/ +/g, ' '))).toEqual([
      '0.00 s 1.00 s 1 3 ms work step_1 completed',
      '0.00 s 1.00 s 1 3 ms work step_2 failed: STEP_THREW',
      'late step_3 waits until 1970-01-02 00:16:40 UTC',
      '0.01 s 1 again step_4 waits until 1970-01-01 02:30:00 UTC after STEP_THREW',
      '0.03 s 1 now step_5 had begun',
      '0.04 s 0.01 s 1 3 ms onWorkflowError step_6 completed',
    ]);
  });

  it('says of a run that has ended what was never begun, and what was stopped', () => {
    const lines = linesOf(stepEvent('step_armed', 'late', 1), stepEvent('step_started', 'now', 2), {
      type: 'run_ended',
      runId: 'run_1',
      at: 1_000_100,
      status: 'cancelled',
      steps: {},
    } as unknown as RunEvent);
    expect(lines.map((line) => line.split('  ').at(-1))).toEqual(['never begun', 'stopped']);
  });

  it('has an end, and says what it leaves out; steps that failed are left out last', () => {
    const events = Array.from({ length: 5_000 }, (_, i) =>
      ended(i + 1, i % 10 === 9 ? 'step_failed' : 'step_completed'),
    );
    const lines = linesOf(...events.flat());
    expect(lines).toHaveLength(301);
    expect(lines.filter((line) => line.includes('failed:'))).toHaveLength(20 + 100);
    expect(lines[200]).toContain('step_210');
    expect(lines.at(-1)).toBe('… 4,700 more steps. --json has all that has happened.');
  });
});
