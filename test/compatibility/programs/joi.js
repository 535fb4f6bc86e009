import Joi from 'joi';

const order = Joi.object({
  id: Joi.string().alphanum().length(6).required(),
  total: Joi.number().precision(2).positive().required(),
  coupon: Joi.string(),
  discount: Joi.when('coupon', { is: Joi.exist(), then: Joi.number().max(50).required(), otherwise: Joi.forbidden() }),
});

export class Workflow {
  async start(data, headers, api) {
    await api.scheduleNextStep({ action: 'refuse', payload: { id: 'a b', total: -1, coupon: 'TEN' } });
    return order.validate({ id: 'abc123', total: '12.50' }).value;
  }

  async refuse(wrong, headers, api) {
    const { error } = order.validate(wrong, { abortEarly: false });
    await api.runStore.set(
      'messages',
      error.details.map(({ message }) => message),
    );
  }
}
