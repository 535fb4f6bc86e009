// The order of a hundred line items does each of them once, and shows it.
import { expect, it } from 'vitest';
import { runToEnd, textsOf, useRunner } from '../harness.ts';
import { bothWays, outputOf, textOf } from './example.ts';

const runner = useRunner();

interface Order {
  readonly order_id: string;
  readonly line_items: readonly {
    readonly id: number;
    readonly sku: string;
    readonly quantity: number;
    readonly unit_price_cents: number;
  }[];
}

const order: Order = JSON.parse(textOf('01-fan-out/order.json'));
const totalCents = 1_046_690;

it('has 100 line items', () => {
  expect(order.line_items.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  expect(order.line_items.reduce((sum, item) => sum + item.quantity * item.unit_price_cents, 0)).toBe(totalCents);
});

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
