import 'es6-shim';

export class Workflow {
  async start(data, headers, api) {
    await api.scheduleNextStep({ action: 'count', payload: Array.from(new Set('hello')) });
    return { starts: 'workflow'.startsWith('work'), sign: Math.sign(-3), own: Object.assign({}, { a: 1 }) };
  }

  async count(letters, headers, api) {
    await api.runStore.set('letters', new Map(letters.map((letter, index) => [letter, index])).size);
  }
}
