import { array, coerce, create, defaulted, number, object, optional, StructError, size, string } from 'superstruct';

const Amount = coerce(number(), string(), (text) => Number.parseFloat(text));
const Invoice = object({
  number: size(string(), 3, 10),
  amounts: array(Amount),
  currency: defaulted(string(), 'EUR'),
  note: optional(string()),
});

export class Workflow {
  async start(data, headers, api) {
    await api.scheduleNextStep({ action: 'refuse', payload: { number: 'I', amounts: ['one'] } });
    return create({ number: 'I-100', amounts: ['1.50', 2] }, Invoice);
  }

  async refuse(invoice, headers, api) {
    try {
      create(invoice, Invoice);
    } catch (error) {
      const failures = error instanceof StructError ? error.failures() : [];
      await api.runStore.set(
        'failures',
        failures.map(({ path, message }) => `${path.join('.')}: ${message}`),
      );
    }
  }
}
