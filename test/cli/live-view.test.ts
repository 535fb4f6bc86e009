// The live view: what a frame says, that it fits, and that the screen is left as it was found.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { frameLines } from '../../src/cli/live-frame.ts';
import { LiveView } from '../../src/cli/live-view.ts';
import { plainStyle } from '../../src/cli/style.ts';
import { Tally } from '../../src/cli/tally.ts';
import type { RunEvent } from '../../src/index.ts';
import { KeptOutput, notPlain } from './command-line.ts';
import { completed, failure, logEvent, stepEvent } from './events.ts';

function frameOf(events: readonly RunEvent[], window: { columns?: number; rows?: number } = {}): string[] {
  const tally = new Tally();
  for (const event of events) tally.add(event);
  const { columns = 80, rows = 24 } = window;
  return frameLines(tally, { columns, rows, elapsedMs: 1_240, now: 1_000_000, frame: 0, style: plainStyle });
}

/** `count` steps of which so many have started, and so many of those have ended. */
function steps(action: string, count: number, started: number, ended: number): RunEvent[] {
  const first = (type: RunEvent['type'], most: number): RunEvent[] =>
    Array.from({ length: most }, (_, index) => stepEvent(type, action, index + 1));
  return [...first('step_armed', count), ...first('step_started', started), ...first('step_completed', ended)];
}

describe('a frame', () => {
  it('has a bar for each action and a line for the run', () => {
    expect(frameOf(steps('pick', 100, 60, 50))).toEqual([
      '',
      `  pick                 ${'━'.repeat(10)}${'─'.repeat(10)}  50 / 100  10 running`,
      '  ⠋ 1.2 s · 50 of 100 steps',
    ]);
  });

  it('tells of attempts that were repeated and of steps that failed', () => {
    const events = [
      ...steps('pick', 4, 2, 1),
      stepEvent('step_retried', 'pick', 2, { error: failure, retryAt: 1_000_100 }),
      stepEvent('step_started', 'pick', 3),
      stepEvent('step_failed', 'pick', 3, { error: failure }),
    ];
    expect(frameOf(events)[1]).toBe(
      `  pick                 ${'━'.repeat(10)}${'─'.repeat(10)}  2 / 4  1 retried  1 failed`,
    );
  });

  it('tells when the next step is due while nothing runs', () => {
    const later = stepEvent('step_armed', 'later', 9, { dueAt: 1_200_000 });
    expect(frameOf([later]).at(-1)).toBe('  ⠋ 1.2 s · 0 of 1 step · next step in 3 min 20 s');
    expect(frameOf([later, ...steps('pick', 1, 1, 0)]).at(-1)).toBe('  ⠋ 1.2 s · 0 of 2 steps');
  });

  it('has a full bar for what has ended, and none for a hook', () => {
    const events = [...steps('pick', 1_000, 1_000, 1_000), stepEvent('step_started', 'onWorkflowComplete', 1_001)];
    expect(frameOf(events)).toEqual([
      '',
      `  pick                 ${'━'.repeat(20)}  1,000 / 1,000`,
      '  onWorkflowComplete   ',
      '    1.2 s · 1,000 of 1,000 steps',
    ]);
  });

  it('fits into the window, however many actions there are', () => {
    const events = Array.from({ length: 500 }, (_, index) => stepEvent('step_armed', `action${index}`, index));
    for (const rows of [3, 6, 10, 24, 100]) {
      const frame = frameOf(events, { rows });
      expect(frame.length).toBeLessThanOrEqual(Math.max(4, rows - 1));
      expect(frame.at(-2)).toContain('action499');
      expect(frame[1]).toContain('earlier actions');
    }
  });
});

describe('the live view', () => {
  let out: KeptOutput;
  let view: LiveView;

  beforeEach(() => {
    vi.useFakeTimers();
    out = new KeptOutput();
    view = new LiveView(out, 'shop/order.js');
  });

  afterEach(() => {
    view.close();
    vi.useRealTimers();
  });

  it('draws ten times a second, however much happens', () => {
    for (let ordinal = 1; ordinal <= 10_000; ordinal++) view.event(stepEvent('step_armed', 'leaf', ordinal));
    const write = vi.spyOn(out, 'write');
    vi.advanceTimersByTime(1_000);
    expect(write).toHaveBeenCalledTimes(10);
  });

  it('shows each line of log once, above the frame', () => {
    view.event(stepEvent('step_armed', 'start', 1));
    vi.advanceTimersByTime(100);
    view.event(logEvent('start', 1, 'first'));
    vi.advanceTimersByTime(100);
    view.event(logEvent('start', 1, 'second'));
    vi.advanceTimersByTime(500);
    expect(out.text.split('first')).toHaveLength(2);
    expect(out.text.split('second')).toHaveLength(2);
    expect(out.text.indexOf('first')).toBeLessThan(out.text.indexOf('second'));
  });

  it('goes up by as many rows as the frame before had', () => {
    view.event(stepEvent('step_armed', 'start', 1));
    vi.advanceTimersByTime(100);
    view.event(stepEvent('step_armed', 'next', 2));
    vi.advanceTimersByTime(200);
    const ups = [...out.text.matchAll(/\x1b\[(\d+)A/g)].map((match) => match[1]);
    expect(ups).toEqual(['3', '4']);
  });

  it('gives the cursor back, once, and draws no more', () => {
    vi.advanceTimersByTime(100);
    view.close();
    view.close();
    expect(out.text.startsWith('\x1b[?25l')).toBe(true);
    expect(out.text.endsWith('\x1b[?7h\x1b[?25h')).toBe(true);
    expect(out.text.split('\x1b[?25h')).toHaveLength(2);
    const before = out.text;
    vi.advanceTimersByTime(1_000);
    expect(out.text).toBe(before);
  });

  it('leaves no listener behind', () => {
    const before = process.listenerCount('exit');
    view.close();
    expect(process.listenerCount('exit')).toBe(before - 1);
  });

  it('ends with the summary below the last frame', () => {
    view.event(stepEvent('step_armed', 'start', 1));
    view.event(stepEvent('step_started', 'start', 1));
    view.event(stepEvent('step_completed', 'start', 1));
    view.ended({ ...completed, output: 'the output' }, []);
    const [frame, summary = ''] = out.text.split('\x1b[?25h');
    expect(frame).toContain('1 / 1');
    expect(summary).toContain('completed in 1.23 s');
    expect(summary).toContain('"the output"');
  });

  it('writes no escapes but its own, whatever the tenant wrote', () => {
    const hostile = '\x1b[2J\u009b31m\x07\u202e\u2028\r✔ completed\x1b]0;title\x07\u0000\n\x1b[?25h';
    const error = {
      ...failure,
      name: hostile,
      message: hostile,
      stack: `at ${hostile} (workflow.js:1:1)`,
      action: hostile,
    };
    view.event(logEvent(hostile, 1, hostile, 'error'));
    view.event(stepEvent('step_armed', hostile, 1));
    view.event(stepEvent('step_failed', hostile, 1, { error }));
    view.ended({ ...completed, status: 'failed', error, output: hostile, store: { [hostile]: hostile } }, []);
    const own = /\x1b\[(?:\?25[lh]|\?7[lh]|J|K|\d+A|\d+m)/g;
    expect(out.text.replace(own, '').replaceAll('\r', '')).not.toMatch(notPlain);
    // Its own are there as often as without the tenant's: the cursor is hidden once and shown once.
    expect(out.text.split('\x1b[?25h')).toHaveLength(2);
    expect(out.text).not.toContain('\x1b[2J');
  });
});
