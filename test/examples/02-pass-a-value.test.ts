// A value passes from one step to a later one.
import { expect, it } from 'vitest';
import { runToEnd, useRunner } from '../harness.ts';
import { bothWays, outputOf, textOf } from './example.ts';

const runner = useRunner();

it.each(bothWays('02-pass-a-value'))('passes the customer on (%s)', async (_, source) => {
  const data: unknown = JSON.parse(textOf('02-pass-a-value/customer.json'));
  const { outcome, logs } = await runToEnd(runner(), source, { data });
  expect(outcome).toMatchObject({ status: 'completed', store: { customerId: 'cus_4711' } });
  expect(logs).toMatchObject([{ action: 'sendEmail', text: 'Sending to customer: cus_4711' }]);
});

it('prints what happens', async () => {
  expect(await outputOf('02-pass-a-value')).toBe(
    [
      'start is due after 0 s',
      'sendEmail is due after 10 s',
      'sendEmail says "Sending to customer: cus_4711"',
      "completed { customerId: 'cus_4711' }",
      '',
    ].join('\n'),
  );
});
