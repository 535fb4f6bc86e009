// The signal that a run is started with: before `start` has resolved it ends the start, and from then on the run.
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/index.ts';
import { createTestRunner, listed, logged, runToEnd, startRun, useRunner, workflowOf } from '../harness.ts';
import { manualClock } from '../manual-clock.ts';

const runner = useRunner();
const waits = 'await new Promise((resolve) => setTimeout(resolve, 50_000));';
const stays = { start: "await api.scheduleNextStep({ action: 'later', delay: 60 });", later: '' };

describe('a signal', () => {
  it('cancels the run when it is aborted', async () => {
    const controller = new AbortController();
    const run = await startRun(runner(), { start: `api.log('waits'); ${waits}` }, { signal: controller.signal });
    await logged(run, 'waits');
    controller.abort(new Error('the caller hung up'));
    expect(await run.result()).toMatchObject({
      status: 'cancelled',
      cancellation: { reason: 'the caller hung up' },
    });
  });

  it('that is aborted before the run is open rejects the start', async () => {
    const aborted = AbortSignal.abort(new Error('too late'));
    await expect(startRun(runner(), { start: '' }, { signal: aborted })).rejects.toThrow('too late');
    const controller = new AbortController();
    const starting = startRun(runner(), { start: 'return "new";' }, { signal: controller.signal });
    controller.abort(new Error('changed my mind'));
    await expect(starting).rejects.toThrow('changed my mind');
    expect(await listed(runner(), { status: 'open' })).toEqual([]);
  });

  it('is let go of when the run has ended', async () => {
    const controller = new AbortController();
    const { run, outcome } = await runToEnd(runner(), { start: 'return 1;' }, { signal: controller.signal });
    controller.abort();
    expect(await run.result()).toEqual(outcome);
  });

  it('that is none is refused', async () => {
    const signal = {} as AbortSignal;
    await expect(startRun(runner(), { start: '' }, { signal })).rejects.toMatchObject({ code: 'RUN_OPTION_INVALID' });
  });
});

describe('a signal that is aborted while `start`', () => {
  it('waits for the check, rejects it at once, and there is room for another one', async () => {
    const held = await createTestRunner({ clock: manualClock(), limits: { runsOpenPerTenant: 1 } });
    const controller = new AbortController();
    const ahead = held.check(`${workflowOf(stays)}//`.padEnd(10_000, 'x'));
    const starting = startRun(held, stays, { signal: controller.signal });
    controller.abort(new Error('stop'));
    await expect(Promise.race([ahead, starting])).rejects.toThrow('stop');
    await startRun(held, stays);
    await ahead;
    expect(await listed(held, { status: 'open' })).toHaveLength(1);
  });

  it('waits for another start with its id, rejects it at once, and the run of that one stays', async () => {
    const held = await createTestRunner({ clock: manualClock() });
    const controller = new AbortController();
    const first = startRun(held, `${workflowOf(stays)}//`.padEnd(10_000, 'x'), { runId: 'same' });
    const second = startRun(held, stays, { runId: 'same', signal: controller.signal });
    const third = startRun(held, stays, { runId: 'same' });
    controller.abort(new Error('stop'));
    await expect(Promise.race([first, second])).rejects.toThrow('stop');
    expect((await first).status).toBe('open');
    expect(await third).toBe(await first);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it.each(['finds its run', 'opens one'])('%s, is heard at whatever time: no run is left open', async (what) => {
    const held = await createTestRunner({ clock: manualClock() });
    await (await startRun(held, stays)).cancel(); // From here on its source is known: nothing is waited for but turns.
    let rejected = 0;
    for (let turns = 0; turns < 40; turns++) {
      const runId = `run ${turns}`;
      const known = what === 'finds its run' ? await startRun(held, stays, { runId }) : null;
      const controller = new AbortController();
      const starting = startRun(held, stays, { runId, signal: controller.signal });
      for (let turn = 0; turn < turns; turn++) await null;
      controller.abort(new Error('stop'));
      const run: Run | null = await starting.catch(() => null);
      if (run === null) rejected++;
      if (run === null && known !== null) expect(known.status).toBe('open');
      // One that was opened, or that the start has resolved with, ends: or this waits for ever.
      else expect((await (run ?? (await held.get(runId)))?.result())?.status ?? 'none').toMatch(/none|cancelled/);
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
      await known?.cancel();
    }
    expect(rejected).toBeGreaterThan(0);
    if (what === 'finds its run') expect(rejected).toBeLessThan(40); // To open one may take longer than that, in a file.
    expect(held.stats().runsOpen).toBe(0);
  });
});

describe('a signal of many starts', () => {
  it('is listened to once for each run, until that has ended', async () => {
    const held = await createTestRunner({ clock: manualClock() });
    const { signal } = new AbortController();
    const heard = (): number => getEventListeners(signal, 'abort').length;
    const starts = (runId: string) => [1, 2, 3].map(() => startRun(held, stays, { runId, signal }));
    const [a, , , b] = await Promise.all([...starts('a'), ...starts('b')]);
    for (let i = 0; i < 3; i++) await startRun(held, stays, { runId: 'a', signal });
    expect(heard()).toBe(2);
    await a?.cancel();
    await null;
    expect(heard()).toBe(1);
    expect((await startRun(held, stays, { runId: 'a', signal })).status).toBe('cancelled');
    await expect(startRun(held, 'class Other {}', { signal })).rejects.toThrow();
    await b?.cancel();
    await null;
    expect(heard()).toBe(0);
  });
});
