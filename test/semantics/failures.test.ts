// What the outcome says of the steps and hooks that have failed, whatever the status of the run.
import { expect, it } from 'vitest';
import { runToEnd, useRunner } from '../harness.ts';

const runner = useRunner({ retry: { maxAttempts: 2 } });

it('lists a step that failed when it had scheduled others, though the run completes', async () => {
  const { outcome } = await runToEnd(runner(), {
    start:
      "await api.scheduleNextStep({ action: 'item' }); throw Object.assign(new TypeError('after'), { code: 'E_AFTER' });",
    item: '',
  });
  expect(outcome).toMatchObject({ status: 'completed', steps: { failed: 1 }, failuresOmitted: 0 });
  expect(outcome.error).toBeUndefined();
  expect(outcome.failures).toMatchObject([
    {
      ...{ code: 'STEP_THREW', name: 'TypeError', message: 'after', thrownCode: 'E_AFTER' },
      ...{ step: 'step_1', action: 'start', attempt: 2 },
    },
  ]);
  expect(outcome.failures[0]?.stack).toMatch(/^at Workflow\.start \(workflow\.js:\d+:\d+\)$/);
});

it('has nothing to list where nothing failed, nor of attempts that another one made good', async () => {
  const { outcome } = await runToEnd(runner(), { start: "if (api.attempt === 1) throw new Error('at first');" });
  expect(outcome).toMatchObject({ status: 'completed', failures: [], failuresOmitted: 0, steps: { retried: 1 } });
});

it.each([
  ['onWorkflowComplete', 'completed', ''],
  ['onWorkflowError', 'failed', "throw Object.assign(new Error('first'), { retryable: false });"],
])('lists a failure of %s', async (hook, status, start) => {
  const { outcome } = await runToEnd(runner(), { start, [hook]: "throw new RangeError('of a hook');" });
  expect(outcome.status).toBe(status);
  expect(outcome.failures.at(-1)).toMatchObject({ action: hook, name: 'RangeError', message: 'of a hook', attempt: 1 });
  expect(outcome.failures).toHaveLength(status === 'failed' ? 2 : 1);
  if (status === 'failed') expect(outcome.failures[0]).toEqual(outcome.error);
});

it('lists a hundred of many, in the order in which they failed, and counts the others', async () => {
  const { outcome } = await runToEnd(runner(), {
    start: "for (let n = 0; n < 130; n++) api.scheduleNextStep({ action: 'item', payload: n });",
    item: "throw Object.assign(new Error('item ' + data), { retryable: false });",
  });
  expect(outcome).toMatchObject({ status: 'failed', steps: { failed: 130 }, failuresOmitted: 30 });
  expect(outcome.failures).toHaveLength(100);
  expect(outcome.failures[0]).toEqual(outcome.error);
  expect(new Set(outcome.failures.map(({ message }) => message)).size).toBe(100);
});

it('lists no more than 64 KiB of texts, and why the run failed in any case', async () => {
  const { outcome } = await runToEnd(runner(), {
    start:
      "for (let n = 0; n < 40; n++) await api.scheduleNextStep({ action: 'item', payload: n }); await api.scheduleNextStep({ action: 'last', delay: 1 });",
    item: "await api.scheduleNextStep({ action: 'end' }); throw Object.assign(new Error('é'.repeat(5_000)), { retryable: false });",
    last: "throw Object.assign(new Error('the reason'), { retryable: false });",
    end: '',
  });
  expect(outcome).toMatchObject({ status: 'failed', error: { message: 'the reason' }, steps: { failed: 41 } });
  expect(outcome.failures.length + outcome.failuresOmitted).toBe(41);
  expect(outcome.failures.at(-1)).toEqual(outcome.error);
  expect(Buffer.byteLength(JSON.stringify(outcome.failures))).toBeLessThan(80_000);
});

it('lists none of the steps that a cancel has stopped', async () => {
  const run = await runner().start({
    tenant: 'acme',
    workflow:
      'export class Workflow { async start() { await new Promise((resolve) => setTimeout(resolve, 50_000)); } }',
  });
  expect(await run.cancel()).toMatchObject({ status: 'cancelled', failures: [], failuresOmitted: 0 });
});
