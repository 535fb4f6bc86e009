// Each step starts with all of its source as new, whatever it leaves on its class, its methods or its functions: within the step that is there,
// and neither another step nor another run of the same workflow finds it.
import { expect, it } from 'vitest';
import { runToEnd, useRunner } from '../harness.ts';

const runner = useRunner();

/** `mark` counts on something that might be shared, and gives the count. */
const counting = (mark: string): string => `
function add(a, b) { return a + b; }
const arrow = () => 1;
class Workflow {
  async start(data, headers, api) {
    await api.runStore.set('first', this.marked(1));
    await api.scheduleNextStep({ action: 'next' });
  }
  async next(data, headers, api) { await api.runStore.set('second', this.marked(1)); }
  marked(by) { ${mark} }
  '\\ud800'() {}
  async #own() {}
}`;

it.each([
  ['the prototype', 'this.__proto__.n = (this.__proto__.n ?? 0) + by; return this.n;'],
  [
    'the prototype, found by its name in parts',
    "const p = this['__pro' + 'to__']; p.n = (p.n ?? 0) + by; return this.n;",
  ],
  ['a method named by half a surrogate', "const f = this.__proto__['\\ud800']; f.n = (f.n ?? 0) + by; return f.n;"],
  ['a method', 'this.marked.n = (this.marked.n ?? 0) + by; return this.marked.n;'],
  ['a private method', 'const f = this.#own; f.n = (f.n ?? 0) + by; return f.n;'],
  ['the class', 'const o = this.constructor; o.n = (o.n ?? 0) + by; return o.n;'],
  ['a function', 'add.n = (add.n ?? 0) + by; return add.n;'],
  ["a function's prototype", 'add.prototype.n = (add.prototype.n ?? 0) + by; return add.prototype.n;'],
  ['a function in a variable', 'arrow.n = (arrow.n ?? 0) + by; return arrow.n;'],
  [
    'the class, under a private name',
    `class Stamp extends (function (o) { return o; }) {
      #n = 0;
      static count(o) { if (!(#n in o)) new Stamp(o); return ++o.#n; }
    }
    return Stamp.count(this.constructor);`,
  ],
])('a count on %s', async (_, mark) => {
  for (let run = 0; run < 3; run++) {
    const { outcome } = await runToEnd(runner(), counting(mark));
    expect(outcome).toMatchObject({ status: 'completed', store: { first: 1, second: 1 } });
  }
});

it('an api that a step leaves for the others', async () => {
  const source = `class Workflow {
    async start(data, headers, api) {
      const held = this.__proto__['\\ud800'].api ?? this.__proto__.api ?? this.constructor.api;
      await held?.runStore.set('stolen', api.runId);
      for (const o of [this.__proto__['\\ud800'], this.__proto__, this.constructor]) o.api = api;
      return held === undefined;
    }
    '\\ud800'() {}
  }`;
  for (let run = 0; run < 3; run++) {
    const { outcome } = await runToEnd(runner(), source);
    expect(outcome).toMatchObject({ status: 'completed', output: true, store: {} });
  }
});
