import equal from 'fast-deep-equal/es6';

export class Workflow {
  async start(data, headers, api) {
    const value = {
      list: [1, { a: new Date(5) }],
      map: new Map([['k', new Set([1])]]),
      pattern: /x/g,
      bytes: new Uint8Array([1, 2]),
    };
    const copy = {
      bytes: new Uint8Array([1, 2]),
      pattern: /x/g,
      map: new Map([['k', new Set([1])]]),
      list: [1, { a: new Date(5) }],
    };
    await api.runStore.set('different', [
      equal(value, { ...copy, list: [] }),
      equal(Number.NaN, Number.NaN),
      equal(0, null),
    ]);
    return equal(value, copy);
  }
}
