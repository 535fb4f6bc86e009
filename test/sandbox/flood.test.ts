// A step that produces without end, or all at once, meets a typed error; what it could not say harms nobody.
import { describe, expect, it } from 'vitest';
import { useRunner } from '../harness.ts';
import { attack } from './canary.ts';

const runner = useRunner({
  retry: { maxAttempts: 1 },
  limits: { stepCpuMs: 1_000, cellMemoryMb: 32, opsPerStep: 12_000, stepsPerRun: 20_000, storeKeysPerRun: 2_000 },
});

describe('a flood of', () => {
  it.each([
    ['un-awaited ops', "for (let n = 0; n < 1e6; n++) api.runStore.set('k', n);", ['STEP_REJECTION_UNHANDLED', 'none']],
    ['caught un-awaited ops', "for (let n = 0; n < 1e6; n++) api.runStore.set('k', n).catch(() => {});", ['none']],
    ['an output of 100 MB', "return 'x'.repeat(1e8);", ['PAYLOAD_TOO_LARGE']],
    ['a value of 100 MB', "await api.runStore.set('k', 'x'.repeat(1e8));", ['VALUE_TOO_LARGE']],
    ['a key of 100 MB', "await api.runStore.set('x'.repeat(1e8), 1);", ['KEY_INVALID']],
    ['an action of 100 MB', "await api.scheduleNextStep({ action: 'x'.repeat(1e8) });", ['ACTION_INVALID']],
    ['a delay of 100 MB', "await api.scheduleNextStep({ action: 'next', delay: '1'.repeat(1e8) });", ['DELAY_INVALID']],
    ['an error message of 10^8 characters', "throw new Error('x'.repeat(1e8));", ['STEP_THREW']],
    ['a million nested arrays', 'let a = []; for (let n = 0; n < 1e6; n++) a = [a]; return a;', ['OUTPUT_INVALID']],
    ['keys', "for (let n = 0; ; n++) await api.runStore.set('k' + n, n);", ['STORE_KEYS_EXCEEDED']],
    [
      'promises',
      'const all = []; for (;;) { all.push(new Promise(() => {})); if (all.length % 1e4 === 0) await 0; }',
      [],
    ],
    ['timers', 'for (;;) setTimeout(() => {}, 1e6);', ['STEP_REJECTION_UNHANDLED']],
    ['reads', "while (true) await api.runStore.get('k');", ['OPS_EXCEEDED']],
  ])('%s ends in an error of its own', async (_, start, codes: string[]) => {
    const { outcome } = await attack(runner(), { start, next: '' });
    // Or the bound on time or memory is crossed first: that depends on the machine.
    expect(['STEP_CPU_EXCEEDED', 'STEP_MEMORY_EXCEEDED', ...codes]).toContain(outcome.error?.code ?? 'none');
    expect(JSON.stringify(outcome).length).toBeLessThan(100_000);
  });

  it('log lines is cut', async () => {
    const { outcome, logs } = await attack(runner(), {
      start: "for (let n = 0; n < 2e4; n++) api.log('x'.repeat(1_000));",
    });
    expect(outcome.status).toBe('completed');
    expect(logs.length).toBeLessThan(300);
  });

  it('branches ends at the bound of the step', async () => {
    const start = `let armed = 0;
      try { for (; armed < 1e7; armed++) await api.scheduleNextStep({ action: 'next' }); } catch (e) { return [armed, e.code]; }`;
    const { outcome } = await attack(runner(), { start, next: '' });
    expect(outcome).toMatchObject({
      status: 'completed',
      output: [10_000, 'FAN_OUT_EXCEEDED'],
      steps: { completed: 10_001 },
    });
  });

  it('steps, a chain without end, ends at chainDepth', async () => {
    const next = "await api.scheduleNextStep({ action: 'next' });";
    const { outcome } = await attack(runner(), { start: next, next });
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { code: 'CHAIN_DEPTH_EXCEEDED' },
      steps: { armed: 1_001 },
    });
  });
});
