// The examples do what their pages say: run as a newcomer runs them, and each workflow with and without `export`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startNode } from './cli/command-line.ts';
import { runToEnd, textsOf, useRunner } from './harness.ts';

const runner = useRunner();
const folder = join(import.meta.dirname, '../examples');

interface Order {
  readonly order_id: string;
  readonly line_items: readonly {
    readonly id: number;
    readonly sku: string;
    readonly quantity: number;
    readonly unit_price_cents: number;
  }[];
}

function textOf(file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}

/** The source as it stands, and the same declared the other way. */
function bothWays(example: string): [how: string, source: string][] {
  const source = textOf(`${example}/workflow.js`);
  const bare = source.replace(/^export class Workflow/m, 'class Workflow');
  expect(bare).toMatch(/^class Workflow/m);
  return [
    ['without export', bare],
    ['with export', bare.replace(/^class Workflow/m, 'export class Workflow')],
  ];
}

async function outputOf(example: string): Promise<string> {
  const { status, out, err } = await startNode([join(folder, example, 'main.ts')]).finished;
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return out;
}

const order: Order = JSON.parse(textOf('01-fan-out/order.json'));
const totalCents = 1_046_690;

describe('the order', () => {
  it('has 100 line items', () => {
    expect(order.line_items.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(order.line_items.reduce((sum, item) => sum + item.quantity * item.unit_price_cents, 0)).toBe(totalCents);
  });
});

describe('01-fan-out', () => {
  it.each(bothWays('01-fan-out'))('does each line item once (%s)', async (_, source) => {
    const { outcome, logs } = await runToEnd(runner(), source, { data: order });
    expect(outcome).toMatchObject({
      status: 'completed',
      output: { orderId: 'order-1001', lineItems: 100 },
      steps: { armed: 101, completed: 101, failed: 0 },
    });
    const { results, ...counters } = outcome.store;
    expect(counters).toEqual({ processedCount: 100, totalCents });
    const expected = order.line_items.map(({ id, sku, quantity, unit_price_cents }) => ({
      id,
      sku,
      totalCents: quantity * unit_price_cents,
      status: 'done',
    }));
    expect((results as typeof expected).toSorted((a, b) => a.id - b.id)).toEqual(expected);
    expect(textsOf(logs).at(-1)).toBe('All 100 line items are done: 10466.90 EUR in all');
  });

  it('shows the run', async () => {
    const out = await outputOf('01-fan-out');
    expect(out).toContain('  processItem: 100 of 100 completed\n');
    expect(out).toContain('All 100 line items are done: 10466.90 EUR in all\n');
    expect(out).toContain('  { "orderId": "order-1001", "lineItems": 100 }\n');
    expect(out).toContain(`  processedCount: 100\n  totalCents: ${totalCents}\n`);
    expect(out).toContain('Steps  101 armed, 101 completed, 0 failed, 0 retried\n');
  });
});

describe('02-pass-a-value', () => {
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
});

describe('03-counters', () => {
  const given = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

  it.each(bothWays('03-counters'))('counts up and down and gives new values (%s)', async (_, source) => {
    const { outcome, logs } = await runToEnd(runner(), source);
    expect(outcome).toMatchObject({ status: 'completed', output: { up: 1, again: 2, down: 1 } });
    expect(outcome.store).toEqual({ processedCount: 1, tickets: 10, given: expect.any(Array) });
    expect((outcome.store['given'] as number[]).toSorted((a, b) => a - b)).toEqual(given);
    expect(textsOf(logs)).toEqual(['processedCount: 1 2 1']);
  });

  it('prints how it ended', async () => {
    const out = await outputOf('03-counters');
    expect(out).toContain('completed { up: 1, again: 2, down: 1 } {\n  processedCount: 1,\n  tickets: 10,\n');
  });
});

describe('04-embed', () => {
  it.each(bothWays('04-embed'))('greets (%s)', async (_, source) => {
    const { outcome } = await runToEnd(runner(), source, { data: { name: 'Ada' } });
    expect(outcome).toMatchObject({ status: 'completed', output: 10, store: { greeting: 'Hello, Ada!' } });
  });

  it('is a program of at most 15 lines that prints how the run ended', async () => {
    expect(textOf('04-embed/main.ts').trimEnd().split('\n').length).toBeLessThanOrEqual(15);
    expect(await outputOf('04-embed')).toBe("completed 10 { greeting: 'Hello, Ada!' }\n");
  });
});

describe('the readme of each example', () => {
  it.each(['01-fan-out', '02-pass-a-value', '03-counters', '04-embed'])(
    'of %s names files that are there',
    (example) => {
      const named = [...textOf(`${example}/README.md`).matchAll(/examples\/[\w./-]+\w/g)].map((match) => match[0]);
      expect(named.length).toBeGreaterThan(0);
      for (const file of named) expect(textOf(file.replace('examples/', ''))).not.toBe('');
    },
  );
});
