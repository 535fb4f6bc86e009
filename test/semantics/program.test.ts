// What a workflow is, and what a step finds when it begins.
import { describe, expect, it } from 'vitest';
import { runToEnd, startRun, textsOf, useRunner, workflowOf } from '../harness.ts';

const runner = useRunner();

describe('a workflow', () => {
  it.each([
    ['class Workflow', 'class Workflow { start() { return "ok"; } }'],
    ['export class Workflow', 'export class Workflow { start() { return "ok"; } }'],
    ['export default class Workflow', 'export default class Workflow { start() { return "ok"; } }'],
    [
      'TypeScript',
      'export class Workflow { private n: number = 1; start(data: { a?: string }): string { return "ok" as string; } }',
    ],
  ])('is a source that declares %s', async (_, source) => {
    const { outcome } = await runToEnd(runner(), source);
    expect(outcome).toMatchObject({ status: 'completed', output: 'ok' });
  });

  it('may have methods that are async, that are not, and that return a promise', async () => {
    const source = `class Workflow {
      start(data, headers, api) { return api.scheduleNextStep({ action: 'second' }).then(() => 'started'); }
      second(data, headers, api) { api.scheduleNextStep({ action: 'third' }); }
      async third(data, headers, api) { await api.runStore.set('third', true); }
    }`;
    const { outcome } = await runToEnd(runner(), source);
    expect(outcome).toMatchObject({ status: 'completed', output: 'started', store: { third: true } });
  });
});

describe('a step', () => {
  it('is called as (data, headers, api)', async () => {
    const note = 'await api.runStore.set(data.name, [arguments.length, data, headers, typeof api.runStore.get]);';
    const { outcome } = await runToEnd(
      runner(),
      { start: `${note} await api.scheduleNextStep({ action: 'next', payload: { name: 'next', n: 2 } });`, next: note },
      { data: { name: 'start', n: 1 }, headers: { token: 't' } },
    );
    expect(outcome.store).toEqual({
      start: [3, { name: 'start', n: 1 }, { token: 't' }, 'function'],
      next: [3, { name: 'next', n: 2 }, { token: 't' }, 'function'],
    });
  });

  it('gets {} for data, headers and payload that nobody gave', async () => {
    const { outcome } = await runToEnd(runner(), {
      start: "await api.runStore.push('seen', [data, headers]); await api.scheduleNextStep({ action: 'next' });",
      next: "await api.runStore.push('seen', [data, headers]);",
    });
    expect(outcome.store).toEqual({
      seen: [
        [{}, {}],
        [{}, {}],
      ],
    });
  });

  it.each([[null], [0], [false], ['text\t\n\u2028"\\'], [[1, [2]]], [{ a: { b: [] } }]])(
    'may be given %j as data',
    async (data) => {
      const { outcome } = await runToEnd(runner(), { start: 'return [data, headers];' }, { data, headers: data });
      expect(outcome.output).toEqual([data, data]);
    },
  );

  it('has the headers of the run, whatever an earlier step made of its own', async () => {
    const { outcome } = await runToEnd(
      runner(),
      {
        start: "headers.token = 'changed'; headers.more = 1; await api.scheduleNextStep({ action: 'next' });",
        next: "await api.runStore.set('headers', headers);",
      },
      { headers: { token: 't' } },
    );
    expect(outcome.store).toEqual({ headers: { token: 't' } });
  });

  it.each(['realm', 'context'] as const)(
    'has the headers, the id and the chance of its own run among others: %s',
    async (isolation) => {
      const told = 'api.runId, headers.token, api.stepId, api.idempotencyKey';
      const source = workflowOf({
        start: `for (let i = 0; i < 4; i++) await api.scheduleNextStep({ action: 'next' });`,
        next: `await api.runStore.push('seen', [${told}]); await api.runStore.push('seeds', crypto.randomUUID());`,
      });
      const runs = await Promise.all(
        Array.from({ length: 8 }, (_, n) => startRun(runner(), source, { headers: { token: n }, isolation })),
      );
      const ends = await Promise.all(runs.map((run) => run.result()));
      for (const [n, { store }] of ends.entries()) {
        const steps = [2, 3, 4, 5].map((step) => [runs[n]?.id, n, `step_${step}`, `${runs[n]?.id}:step_${step}`]);
        expect((store.seen as unknown[]).toSorted()).toEqual(steps);
      }
      expect(new Set(ends.flatMap(({ store }) => store.seeds)).size).toBe(8 * 4);
    },
  );

  it('finds module variables, class statics, fields and globals as new', async () => {
    const count = 'module++; Workflow.count++; this.field++; globalThis.own = (globalThis.own ?? 0) + 1;';
    const note = "await api.runStore.push('seen', [module, Workflow.count, this.field, globalThis.own]);";
    const { outcome } = await runToEnd(
      runner(),
      `let module = 0;
      export class Workflow {
        static count = 0;
        field = 0;
        async start(data, headers, api) {
          ${count} ${note}
          for (let i = 0; i < 3; i++) await api.scheduleNextStep({ action: 'next' });
        }
        async next(data, headers, api) { ${count} ${note} }
      }`,
    );
    expect(outcome.store).toEqual({ seen: Array.from({ length: 4 }, () => [1, 1, 1, 1]) });
  });

  // Each of them gets hold of something that steps would share if the source were evaluated once for all of them.
  it.each([
    ['the class', 'Workflow'],
    ['its prototype', 'Object.getPrototypeOf(this)'],
    ['its class by an instance', 'this.constructor'],
    ['a method', 'this.helper'],
    ['a method by a computed name', "this['hel' + 'per']"],
    ['a private method', 'this.#own'],
    ['a function', 'helper'],
    ['a function in a variable', 'arrow'],
    ['what a function makes', 'new helper().constructor'],
    ['what a generator makes', 'Object.getPrototypeOf(this.items())'],
    ['an instance that a built-in gives away', '(this.f = [].concat, this.f()[0].constructor)'],
    ['Math', 'Math'],
    ['globalThis', 'globalThis'],
    ['an object of its own', '{}'],
  ])('finds no mark of an earlier step on %s', async (_, thing) => {
    const { outcome } = await runToEnd(
      runner(),
      `function helper() {}
      const arrow = () => {};
      class Workflow {
        async start(data, headers, api) { for (let i = 0; i < 3; i++) await api.scheduleNextStep({ action: 'mark' }); }
        async mark(data, headers, api) { const thing = ${thing}; thing.marks = (thing.marks ?? 0) + 1; await api.runStore.push('seen', thing.marks); }
        ${thing.includes('items') ? '*items() {}' : ''}
        helper() {}
        #own() {}
      }`,
    );
    expect(outcome).toMatchObject({ status: 'completed', store: { seen: [1, 1, 1] } });
  });

  it('runs as a source that steps may share, as often as it likes', async () => {
    const { outcome } = await runToEnd(
      runner(),
      `const by = 2;
      function add(a, b) { return a + b; }
      export class Workflow {
        items = [];
        #n = 0;
        async start(data, headers, api) {
          for (let i = 0; i < 40; i++) await api.scheduleNextStep({ action: 'work', payload: i });
        }
        async work(i, headers, api) {
          this.items.push(i);
          this.left = this.more(i);
          await api.runStore.push('seen', [this.items.length, this.#n, this.left - i, Math.max(i, 0) - i]);
        }
        more(i) { this.#n = add(this.#n, by); return i + this.#n; }
      }`,
    );
    expect(outcome.store).toEqual({ seen: Array.from({ length: 40 }, () => [1, 2, 2, 0]) });
  });

  it('finds them as new in each attempt, too', async () => {
    const body = 'tries++; api.log(tries); if (api.attempt < 3) throw new Error("again");';
    const { logs } = await runToEnd(runner(), workflowOf({ start: body }, 'let tries = 0;'));
    // The line is the same each time, so it is the first attempt's, answered from the journal twice.
    expect(textsOf(logs)).toEqual(['1']);
  });
});

describe('start', () => {
  it('gives the output of the run; other steps do not', async () => {
    const { outcome } = await runToEnd(runner(), {
      start: "await api.scheduleNextStep({ action: 'next' }); return { from: 'start' };",
      next: "return { from: 'next' };",
    });
    expect(outcome.output).toEqual({ from: 'start' });
  });

  it('gives null by returning nothing', async () => {
    expect((await runToEnd(runner(), { start: '' })).outcome.output).toBeNull();
  });

  it.each(['() => 1', 'Symbol()', '1n', '[1, { a: 1n }]', '(() => { const a = []; a.push(a); return a; })()'])(
    'fails by returning %s, which is no JSON',
    async (value) => {
      const { outcome } = await runToEnd(runner(), { start: `return ${value};` });
      expect(outcome).toMatchObject({
        status: 'failed',
        output: null,
        error: { code: 'OUTPUT_INVALID', name: 'TypeError' },
      });
    },
  );

  it('cannot be scheduled by name', async () => {
    const start = startRun(runner(), { start: "await api.scheduleNextStep({ action: 'start' });" });
    await expect(start).rejects.toMatchObject({ code: 'WORKFLOW_INVALID' });
  });

  it.each(["'sta' + 'rt'", 'data.action'])('cannot be scheduled as %s', async (action) => {
    const source = { start: `await api.scheduleNextStep({ action: ${action} });` };
    const { outcome } = await runToEnd(runner(), source, { data: { action: 'start' } });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'ACTION_INVALID', name: 'TypeError' } });
    expect(outcome.steps.armed).toBe(1);
  });
});
