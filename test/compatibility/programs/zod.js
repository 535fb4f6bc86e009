import { z } from 'zod';

const Order = z.object({
  id: z.string().regex(/^ord_\d+$/),
  email: z.email(),
  lines: z.array(z.object({ sku: z.string(), quantity: z.coerce.number().int().positive() })).min(1),
  placed: z.iso.datetime().transform((text) => new Date(text).getTime()),
  status: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('open') }),
    z.object({ kind: z.literal('closed'), reason: z.string().default('none') }),
  ]),
});

export class Workflow {
  async start(data, headers, api) {
    const lines = [{ sku: 'A', quantity: '3' }];
    const good = {
      id: 'ord_1',
      email: 'ann@example.com',
      lines,
      placed: '2024-01-01T00:00:00Z',
      status: { kind: 'closed' },
    };
    await api.scheduleNextStep({ action: 'refuse', payload: { ...good, id: 'x', email: 'ann', lines: [] } });
    return Order.parse(good);
  }

  async refuse(order, headers, api) {
    const { error } = Order.safeParse(order);
    await api.runStore.set(
      'issues',
      error.issues.map(({ path, code }) => `${path.join('.')} ${code}`),
    );
    await api.runStore.set('text', z.prettifyError(error));
  }
}
