// Limits that an op crosses: the op throws a typed error in the step, it has changed nothing, and nobody else notices.
import { describe, expect, it } from 'vitest';
import type { Limits } from '../../src/index.ts';
import { useRunner } from '../harness.ts';
import { limitedTenants, runBeside } from './crossing.ts';

const tenants = limitedTenants();
const runner = useRunner({ tenants: tenants.policy, retry: { maxAttempts: 1 } });

interface Crossing {
  readonly limit: string;
  readonly limits: Partial<Limits>;
  /** The body of `start`; nobody catches what its last op throws. */
  readonly start: string;
  readonly code: string;
  /** What the ops before the refused one left. */
  readonly store: Record<string, unknown>;
}

const six = 'abcd'; // six bytes as JSON
const euro = '€€€€'; // four units, 14 bytes as JSON

const crossings: readonly Crossing[] = [
  {
    limit: 'valueBytes of set',
    limits: { valueBytes: 6 },
    start: `await api.runStore.set('k', '${six}'); await api.runStore.set('k', '${six}e');`,
    code: 'VALUE_TOO_LARGE',
    store: { k: six },
  },
  {
    limit: 'valueBytes of set, in UTF-8',
    limits: { valueBytes: 13 },
    start: `await api.runStore.set('k', 1); await api.runStore.set('k', '${euro}');`,
    code: 'VALUE_TOO_LARGE',
    store: { k: 1 },
  },
  {
    limit: 'valueBytes of push',
    limits: { valueBytes: 6 },
    start: `for (const item of ['${six}', '${six}', '${six}e']) await api.runStore.push('k', item);`,
    code: 'VALUE_TOO_LARGE',
    store: { k: [six, six] },
  },
  ...['set', 'push', 'increment'].map((method) => ({
    limit: `keyBytes of ${method}`,
    limits: { keyBytes: 4 },
    start: `await api.runStore.set('abcd', 1); await api.runStore.${method}('abcde', 1);`,
    code: 'KEY_INVALID',
    store: { abcd: 1 },
  })),
  {
    limit: 'keyBytes, in UTF-8',
    limits: { keyBytes: 4 },
    start: "await api.runStore.set('éé', 1); await api.runStore.set('€€', 1);",
    code: 'KEY_INVALID',
    store: { éé: 1 },
  },
  {
    limit: 'storeKeysPerRun',
    limits: { storeKeysPerRun: 2 },
    start: "for (const key of ['a', 'b', 'a', 'c']) await api.runStore.increment(key);",
    code: 'STORE_KEYS_EXCEEDED',
    store: { a: 2, b: 1 },
  },
  {
    limit: 'storeBytesPerRun',
    limits: { storeBytesPerRun: 20, valueBytes: 10 },
    start: "for (;;) await api.runStore.push('k', 1);",
    code: 'STORE_BYTES_EXCEEDED',
    store: { k: [1, 1, 1, 1, 1, 1, 1, 1] }, // 3 + 2 + 8 + 7
  },
  {
    limit: 'readBytes',
    limits: { readBytes: 10, valueBytes: 10 },
    start: "for (;;) { await api.runStore.push('k', 1); await api.runStore.get('k'); }",
    code: 'READ_TOO_LARGE',
    store: { k: [1, 1, 1, 1, 1] },
  },
  {
    limit: 'opsPerStep',
    limits: { opsPerStep: 10, opsInFlightPerStep: 10 },
    start: "for (;;) await api.runStore.increment('n');",
    code: 'OPS_EXCEEDED',
    store: { n: 10 },
  },
  {
    limit: 'opsPerStep, logs included',
    limits: { opsPerStep: 10, opsInFlightPerStep: 10 },
    start: "for (;;) { api.log('line'); await api.runStore.increment('n'); }",
    code: 'OPS_EXCEEDED',
    store: { n: 5 },
  },
  {
    limit: 'payloadBytes of a schedule',
    limits: { payloadBytes: 6 },
    start: `await api.runStore.set('k', 1); await api.scheduleNextStep({ action: 'next', payload: '${six}e' });`,
    code: 'PAYLOAD_TOO_LARGE',
    store: { k: 1 },
  },
  {
    limit: 'payloadBytes of a schedule, in UTF-8',
    limits: { payloadBytes: 13 },
    start: `await api.runStore.set('k', 1); await api.scheduleNextStep({ action: 'next', payload: '${euro}' });`,
    code: 'PAYLOAD_TOO_LARGE',
    store: { k: 1 },
  },
  {
    limit: 'payloadBytes of an output',
    limits: { payloadBytes: 6 },
    start: `await api.runStore.set('k', 1); return '${six}e';`,
    code: 'PAYLOAD_TOO_LARGE',
    store: { k: 1 },
  },
  {
    limit: 'payloadBytes of an output, in UTF-8',
    limits: { payloadBytes: 13 },
    start: `await api.runStore.set('k', 1); return '${euro}';`,
    code: 'PAYLOAD_TOO_LARGE',
    store: { k: 1 },
  },
  ...['delay: 9.999, ', "delay: '9 sec', ", 'delay: 0, ', ''].map((delay) => ({
    limit: `delaySecondsMin of { ${delay}action }`,
    limits: { delaySecondsMin: 10 },
    start: `await api.runStore.set('k', 1); await api.scheduleNextStep({ ${delay}action: 'next' });`,
    code: 'DELAY_INVALID',
    store: { k: 1 },
  })),
];

describe('an op that crosses', () => {
  it.each(crossings)('$limit throws $code and changes nothing', async ({ limits, start, code, store }) => {
    const { outcome } = await runBeside(runner(), tenants.grant(limits), { start, next: '' });
    expect(outcome).toMatchObject({ status: 'failed', error: { code, action: 'start' } });
    expect(outcome.store).toEqual(store);
    expect(outcome.steps.armed).toBe(1);
  });

  it('a limit may be caught, and the step goes on', async () => {
    const start = `const refusals = [];
      for (const value of ['12345', '123', '12345', '1234']) await api.runStore.set('k', value).catch((e) => refusals.push([e.code, e instanceof RangeError]));
      return refusals;`;
    const { outcome } = await runBeside(runner(), tenants.grant({ valueBytes: 6 }), { start });
    const refusal = ['VALUE_TOO_LARGE', true];
    expect(outcome).toMatchObject({ status: 'completed', output: [refusal, refusal], store: { k: '1234' } });
  });

  it.each([
    ['fanOutPerStep', { fanOutPerStep: 3 }, 'FAN_OUT_EXCEEDED', 3],
    ['stepsPerRun', { stepsPerRun: 3, fanOutPerStep: 3 }, 'STEPS_EXCEEDED', 2],
  ] as const)('%s arms no further branch', async (_, limits, code, branches) => {
    const start = `for (let n = 0; n < 6; n++) {
        await api.scheduleNextStep({ action: 'next' }).catch((e) => api.runStore.push('codes', e.code));
      }`;
    const { outcome } = await runBeside(runner(), tenants.grant(limits), { start, next: '' });
    expect(outcome.store).toEqual({ codes: Array.from({ length: 6 - branches }, () => code) });
    expect(outcome.steps).toMatchObject({ armed: branches + 1, completed: branches + 1 });
  });

  it('chainDepth fails the run if nobody catches it', async () => {
    const next = "await api.scheduleNextStep({ action: 'next' });";
    const { outcome } = await runBeside(runner(), tenants.grant({ chainDepth: 3 }), { start: next, next });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'CHAIN_DEPTH_EXCEEDED', step: 'step_4' } });
    expect(outcome.steps).toEqual({ armed: 4, completed: 3, failed: 1, retried: 0 });
  });
});
