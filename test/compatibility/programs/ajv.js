import Ajv from 'ajv';
import addFormats from 'ajv-formats';

const schema = {
  type: 'object',
  required: ['id', 'email'],
  additionalProperties: false,
  properties: {
    id: { type: 'integer', minimum: 1 },
    email: { type: 'string', format: 'email' },
    tags: { type: 'array', items: { enum: ['new', 'vip'] }, uniqueItems: true, default: [] },
  },
};

export class Workflow {
  async start(data, headers, api) {
    const validate = addFormats(new Ajv({ allErrors: true, useDefaults: true })).compile(schema);
    const customer = { id: 7, email: 'ann@example.com' };
    const valid = validate(customer);
    validate({ id: 0, email: 'nobody', tags: ['vip', 'vip'], more: true });
    await api.runStore.set(
      'errors',
      validate.errors.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`),
    );
    return { valid, customer };
  }
}
