import { array, number, object, string } from 'yup';

const order = object({
  email: string().email().required(),
  lines: array()
    .of(object({ sku: string().trim().uppercase().required(), quantity: number().integer().positive() }))
    .min(1),
  note: string().when('email', { is: (email) => email?.endsWith('.test'), then: (note) => note.required() }),
});

export class Workflow {
  async start(data, headers, api) {
    await api.scheduleNextStep({ action: 'refuse', payload: { email: 'ann@shop.test', lines: [{ quantity: -1 }] } });
    return order.validate({ email: 'ann@example.com', lines: [{ sku: ' a-1 ', quantity: '3' }] });
  }

  async refuse(wrong, headers, api) {
    const error = await order.validate(wrong, { abortEarly: false }).catch((thrown) => thrown);
    await api.runStore.set('name', error.name);
    await api.runStore.set('errors', error.errors);
  }
}
