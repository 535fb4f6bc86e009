// api.log and console: what a step writes is kept with the step, in order, and when the step fails.
import { describe, expect, it } from 'vitest';
import { eventsOf, runToEnd, textsOf, useRunner } from '../harness.ts';

const runner = useRunner();

const values = `'text', 1, -0.5, null, undefined, true, { a: { b: [1, 'x'] } }, [], '', 'two words'`;

async function linesOf(body: string) {
  return (await runToEnd(runner(), { start: body })).logs;
}

describe('a line', () => {
  it('is its arguments joined with a space, objects serialised', async () => {
    expect(textsOf(await linesOf(`api.log(${values});`))).toEqual([
      'text 1 -0.5 null undefined true {"a":{"b":[1,"x"]}} []  two words',
    ]);
  });

  it('of api.log is that of console.log', async () => {
    const calls = [
      values,
      '',
      "'%s %d', 'a', 1",
      'new Map([[1, { a: 2 }]])',
      'Symbol("s")',
      '10n',
      'new Error("e").message',
    ];
    for (const call of calls) {
      const [first, second] = await linesOf(`api.log(${call}); console.log(${call});`);
      expect({ ...first, at: 0 }).toEqual({ ...second, at: 0 });
    }
  });

  it('is written whatever the value does to resist', async () => {
    const start = `const circle = { name: 'circle' }; circle.self = circle;
      const values = [circle, { toJSON() { throw new Error('no'); } }, { get a() { throw new Error('no'); } },
        new Proxy({}, { ownKeys() { throw new Error('no'); }, get() { throw new Error('no'); } }), Object.create(null), () => 1];
      for (const value of values) api.log('line', value);
      return values.length;`;
    const { outcome, logs } = await runToEnd(runner(), { start });
    expect(outcome.status).toBe('completed');
    expect(logs).toHaveLength(6);
    for (const { text } of logs) expect(text).toMatch(/^line ./);
  });

  it('may hold any character', async () => {
    const text = 'tab\tnew\nline\r\u0000\u2028 "quoted" \\ é 😀 \u001b[31m';
    const { logs } = await runToEnd(runner(), { start: 'api.log(data);' }, { data: text });
    expect(textsOf(logs)).toEqual([text]);
  });
});

describe('a level', () => {
  it.each(['log', 'info', 'warn', 'error', 'debug'])('of console.%s is kept', async (level) => {
    const { logs, events } = await runToEnd(runner(), { start: `console.${level}('line', 1);` });
    expect(logs).toMatchObject([{ level, text: 'line 1' }]);
    expect(eventsOf(events, 'step_log')).toMatchObject([{ level, text: 'line 1' }]);
  });

  it('of api.log is log', async () => {
    expect(await linesOf("api.log('line');")).toMatchObject([{ level: 'log' }]);
  });
});

describe('output', () => {
  it('is captured per step', async () => {
    const start = `console.log('from start');
      for (const n of [1, 2]) await api.scheduleNextStep({ action: 'next', payload: n });`;
    const { logs } = await runToEnd(runner(), { start, next: "console.log('from next', data);" });
    expect(logs).toMatchObject([
      { step: 'step_1', action: 'start', text: 'from start' },
      { step: 'step_2', action: 'next', text: 'from next 1' },
      { step: 'step_3', action: 'next', text: 'from next 2' },
    ]);
  });

  it('is in the order in which it was written, however it was written', async () => {
    const start = `for (let n = 0; n < 200; n += 4) {
        api.log(n);
        console.error(n + 1);
        await api.runStore.increment('n');
        console.log(n + 2);
        Promise.resolve().then(() => api.log(n + 3));
        await null;
      }`;
    expect(textsOf(await linesOf(start))).toEqual(Array.from({ length: 200 }, (_, n) => String(n)));
  });

  it('stands between the effects of the ops before and after it', async () => {
    const start = "api.log('before'); api.scheduleNextStep({ action: 'next' }); api.log('after');";
    const { events } = await runToEnd(runner(), { start, next: '' });
    const order = events.filter(({ type }) => type === 'step_log' || type === 'step_armed').map(({ type }) => type);
    expect(order).toEqual(['step_armed', 'step_log', 'step_armed', 'step_log']);
  });

  it('is kept when the step fails', async () => {
    const start = "api.log('before'); const e = new Error('no'); e.retryable = false; throw e;";
    const { outcome, logs } = await runToEnd(runner(), { start });
    expect(outcome.status).toBe('failed');
    expect(textsOf(logs)).toEqual(['before']);
  });

  it('is kept when the step has to be stopped', async () => {
    const { outcome, logs } = await runToEnd(runner(), {
      start:
        "api.log('before'); await api.runStore.get('k'); const held = Promise.reject(new Error('nobody hears')); await api.runStore.get('k'); return held;",
    });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'STEP_REJECTION_UNHANDLED' } });
    expect(textsOf(logs)).toEqual(['before']);
  });

  it('of the hooks is kept as well', async () => {
    const { logs } = await runToEnd(runner(), { start: '', onWorkflowComplete: "console.warn('all done');" });
    expect(logs).toMatchObject([{ action: 'onWorkflowComplete', level: 'warn', text: 'all done' }]);
  });
});

describe.each(['realm', 'context'] as const)('the console of a step (%s)', (isolation) => {
  it("writes what Node's writes, by the time of the step, and starts anew with each step", async () => {
    const start = `console.time('wait');
      performance.mark('begin');
      console.group('Orders', 2);
      api.log('one\\ntwo');
      console.table([{ id: 1, name: 'Ann' }]);
      console.count();
      await new Promise((resolve) => setTimeout(resolve, 1_250));
      console.trace('here');
      console.groupEnd();
      console.timeEnd('wait');
      console.log(performance.measure('all', 'begin').duration);
      await api.scheduleNextStep({ action: 'next' });`;
    const next = 'console.count(); console.timeEnd("wait"); console.log(performance.getEntries());';
    const { logs } = await runToEnd(runner(), { start, next }, { isolation });
    expect(textsOf(logs)).toEqual([
      'Orders 2',
      '  one\n  two',
      "  ┌─────────┬────┬───────┐\n  │ (index) │ id │ name  │\n  ├─────────┼────┼───────┤\n  │ 0       │ 1  │ 'Ann' │\n  └─────────┴────┴───────┘",
      '  default: 1',
      expect.stringMatching(/^ {2}Trace: here\n {6}at Workflow\.start \(workflow\.js:\d+:\d+\)$/),
      expect.stringMatching(/^wait: \d\.\d{3}s$/),
      expect.stringMatching(/^\d{4}$/),
      'default: 1',
      "No such label 'wait' for console.timeEnd()",
      '[]',
    ]);
  });

  it("shows the author's lines of an error and none of the runner's", async () => {
    const start = `await null;
      console.log(new TypeError('outer', { cause: new Error('inner') }));
      setTimeout(() => console.log(new Error('timer')), 5);
      await new Promise((resolve) => setTimeout(resolve, 10));`;
    const { logs } = await runToEnd(runner(), { start }, { isolation });
    const text = textsOf(logs).join('\n');
    expect(text).toMatch(
      /^TypeError: outer\n {4}at .*workflow\.js:4:.*\[cause\]: Error: inner\n {4}at .*workflow\.js:4:/,
    );
    expect(text).toMatch(/Error: timer\n {4}at .*workflow\.js:5:/);
    expect(text).not.toContain('stepwell');
  });

  it('cuts a line that a group makes longer than a line may be', async () => {
    const start = "console.group(); console.log('\\n'.repeat(65_000)); console.assert(false, 'x'.repeat(70_000));";
    const { outcome, logs } = await runToEnd(runner(), { start }, { isolation });
    expect(outcome.status).toBe('completed');
    expect(textsOf(logs).map((text) => text.length)).toEqual([65_536, 65_536]);
  });
});
