import * as v from 'valibot';

const Customer = v.object({
  email: v.pipe(v.string(), v.trim(), v.email()),
  age: v.optional(v.pipe(v.number(), v.integer(), v.minValue(18))),
  country: v.picklist(['DE', 'FR', 'IN']),
});

export class Workflow {
  async start(data, headers, api) {
    await api.scheduleNextStep({ action: 'refuse', payload: { email: 'ann', age: 17.5, country: 'XX' } });
    return v.parse(Customer, { email: ' ann@example.com ', country: 'IN' });
  }

  async refuse(customer, headers, api) {
    const { issues } = v.safeParse(Customer, customer);
    await api.runStore.set('nested', v.flatten(issues).nested);
  }
}
