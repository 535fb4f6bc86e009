import { camelCase, constantCase, kebabCase, sentenceCase, snakeCase, split } from 'change-case';
import { snakeCase as keysToSnake } from 'change-case/keys';

export class Workflow {
  async start(data, headers, api) {
    await api.runStore.set('keys', keysToSnake({ orderId: 1, lineItems: [{ unitPrice: 5 }] }, 3));
    return [
      camelCase('order-id'),
      constantCase('maxSize'),
      kebabCase('HTTPServer'),
      sentenceCase('aB'),
      snakeCase('v2Beta'),
      split('fooBar'),
    ];
  }
}
