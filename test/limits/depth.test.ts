// Nothing that a tenant hands over is nested so deep that whoever passes it on runs out of stack.
import { expect, it } from 'vitest';
import { runToEnd, useRunner } from '../harness.ts';

const runner = useRunner({ retry: { maxAttempts: 1 } });

const nest =
  'const nest = (levels) => { let value = []; for (let i = 1; i < levels; i++) value = [value]; return value; };';

it.each([
  ['set', "await api.runStore.set('k', nest(1001));", 'VALUE_INVALID'],
  ['push', "await api.runStore.push('k', { inside: nest(1000) });", 'VALUE_INVALID'],
  ['schedule', "await api.scheduleNextStep({ action: 'next', payload: nest(1e5) });", 'PAYLOAD_INVALID'],
  ['return', 'return nest(1001);', 'OUTPUT_INVALID'],
])('%s refuses what is nested deeper than 1,000', async (_, body, code) => {
  const { outcome } = await runToEnd(runner(), { start: `${nest} ${body}`, next: '' });
  expect(outcome).toMatchObject({ status: 'failed', error: { code }, store: {} });
  expect(outcome.error?.message).toMatch(/may be nested 1000 deep/);
});

it('what is nested 1,000 deep can be stored, passed on, returned, and written and copied by whoever embeds', async () => {
  const start = `${nest} const value = nest(1000); await api.runStore.set('k', value); await api.scheduleNextStep({ action: 'next', payload: value });
    return api.runStore.get('k');`;
  const { outcome } = await runToEnd(runner(), {
    start,
    next: "await api.runStore.set('same', JSON.stringify(data));",
  });
  const text = '['.repeat(1_000) + ']'.repeat(1_000);
  expect(outcome).toMatchObject({ status: 'completed', store: { same: text } });
  expect(JSON.stringify(outcome.output)).toBe(text);
  expect(JSON.stringify(structuredClone(outcome.store['k']))).toBe(text);
});

it('nor may data and headers be', async () => {
  const deep = JSON.parse('['.repeat(1_001) + ']'.repeat(1_001));
  const start = { tenant: 'a', workflow: 'class Workflow { async start() {} }' };
  for (const given of [{ data: deep }, { headers: { deep } }]) {
    await expect(runner().start({ ...start, ...given })).rejects.toMatchObject({ code: 'RUN_OPTION_INVALID' });
  }
});
