// api.scheduleNextStep: what it takes, when it takes effect, and what it makes of a run.
import { describe, expect, it } from 'vitest';
import { eventsOf, runToEnd, useRunner } from '../harness.ts';

const runner = useRunner();

const secondMs = 1_000;
const dayMs = 86_400 * secondMs;

/** A run whose `start` schedules `next` with the options, an expression; how long after `start` that is due. */
async function scheduled(options: string, more: Record<string, string> = {}) {
  const ended = await runToEnd(runner(), {
    start: `await api.scheduleNextStep(${options});`,
    next: "api.log('next');",
    ...more,
  });
  const [, next] = eventsOf(ended.events, 'step_armed');
  const [started] = eventsOf(ended.events, 'step_started');
  return { ...ended, delayMs: next === undefined || started === undefined ? null : next.dueAt - next.at };
}

/** What the call throws inside the step, as it sees it itself. */
async function thrownBy(options: string, more: Record<string, string> = {}): Promise<unknown> {
  const seen = '({ code: e.code, isTypeError: e instanceof TypeError, isRangeError: e instanceof RangeError })';
  const start = `try { await api.scheduleNextStep(${options}); return 'armed'; } catch (e) { return ${seen}; }`;
  const { outcome } = await runToEnd(runner(), { start, next: '', ...more }, { data: { none: null } });
  expect(outcome.steps.armed).toBe(outcome.output === 'armed' ? 2 : 1);
  return outcome.output;
}

describe('delay', () => {
  it.each([
    ["'30 sec'", 30],
    ["'30 seconds'", 30],
    ["'5 min'", 300],
    ["'5 minutes'", 300],
    ["'2 hr'", 7_200],
    ["'2 hours'", 7_200],
    ["'1 day'", 86_400],
    ["'3 days'", 259_200],
    ["'1 week'", 604_800],
    ["'2 weeks'", 1_209_600],
    ['90', 90],
    ['0.5', 0.5],
    ['0', 0],
    ['undefined', 0],
  ])('%s is %d seconds until the next step runs', async (delay, seconds) => {
    const { delayMs, events, outcome } = await scheduled(`{ action: 'next', delay: ${delay} }`);
    expect(delayMs).toBe(seconds * secondMs);
    const [start, next] = eventsOf(events, 'step_started');
    expect((next?.at ?? 0) - (start?.at ?? 0)).toBeGreaterThanOrEqual(seconds * secondMs);
    expect(outcome).toMatchObject({ status: 'completed', steps: { armed: 2, completed: 2 } });
  });

  it('that is omitted is 0', async () => {
    expect((await scheduled("{ action: 'next' }")).delayMs).toBe(0);
  });

  it.each(['34560000', "'400 days'"])('of %s, which is 400 days, is the longest, and ends', async (delay) => {
    const { delayMs, outcome } = await scheduled(`{ action: 'next', delay: ${delay} }`);
    expect(delayMs).toBe(400 * dayMs);
    expect(outcome.usage.wallMs).toBeGreaterThanOrEqual(400 * dayMs);
    expect(outcome.status).toBe('completed');
  });

  it.each([
    ['400 days and one second', '400 * 86400 + 1'],
    ['401 days as text', "'401 ' + 'days'"],
    ['less than nothing', '0 - 1'],
    ['NaN', '0 / 0'],
    ['Infinity', '1 / 0'],
    ['null', 'data.none'],
    ['a Date', 'new Date()'],
    ['a number as text', "'1' + '0'"],
    ['months', "'1 ' + 'month'"],
    ['years', "'1 ' + 'year'"],
    ['a mixture', "'1 hour ' + '30 min'"],
    ['an inherited name', "'1 ' + 'constructor'"],
  ])('of %s throws, and is not clamped', async (_, delay) => {
    expect(await thrownBy(`{ action: 'next', delay: ${delay} }`)).toMatchObject({
      code: 'DELAY_INVALID',
      isRangeError: true,
    });
  });
});

describe('action', () => {
  it.each([
    ['a method that is not there', "'n' + 'ope'"],
    ['the constructor', "'construct' + 'or'"],
    ['an inherited method', "'to' + 'String'"],
    ['a prototype name', "'__proto' + '__'"],
    ['start', "'sta' + 'rt'"],
    ['a hook', "'onWorkflow' + 'Complete'"],
    ['the other hook', "'onWorkflow' + 'Error'"],
    ['nothing', 'data.none'],
    ['a number', 'data.none + 1'],
    ['an object that turns into a name', "{ toString: () => 'next' }"],
  ])('of %s throws in the step that schedules', async (_, action) => {
    const hooks = { onWorkflowComplete: '', onWorkflowError: '' };
    expect(await thrownBy(`{ action: ${action} }`, hooks)).toMatchObject({ code: 'ACTION_INVALID', isTypeError: true });
  });

  it.each(['', 'null', "'next'", '42'])('has to be given in an object, not as (%s)', async (options) => {
    expect(await thrownBy(options)).toMatchObject({ code: 'ACTION_INVALID', isTypeError: true });
  });

  it('is a method of the class itself: one of a parent throws', async () => {
    const source = `class Parent { next() {} }
      export class Workflow extends Parent {
        async start(data, headers, api) {
          return api.scheduleNextStep({ action: 'ne' + 'xt' }).catch((e) => e.code);
        }
      }`;
    expect((await runToEnd(runner(), source)).outcome).toMatchObject({ output: 'ACTION_INVALID', steps: { armed: 1 } });
  });

  it('that throws need not stop the step, which may catch it and schedule another', async () => {
    const start = `await api.scheduleNextStep({ action: 'n' + 'ope' }).catch(() => {});
      await api.scheduleNextStep({ action: 'next' });`;
    const { outcome } = await runToEnd(runner(), { start, next: "await api.runStore.set('next', 1);" });
    expect(outcome).toMatchObject({ status: 'completed', store: { next: 1 } });
  });
});

describe('payload', () => {
  it.each([
    ['{ a: [1, "x", null, { b: true }] }', { a: [1, 'x', null, { b: true }] }],
    ['null', null],
    ['0', 0],
    ['"text\\t\\n"', 'text\t\n'],
    ['[undefined]', [null]],
    ['new Date(0)', '1970-01-01T00:00:00.000Z'],
  ])('may be any JSON value: %s', async (payload, expected) => {
    const next = "await api.runStore.set('payload', data);";
    const { outcome } = await scheduled(`{ action: 'next', payload: ${payload} }`, { next });
    expect(outcome.store).toEqual({ payload: expected });
  });

  it.each([
    '() => 1',
    'Symbol()',
    '1n',
    '{ toJSON() { throw new Error("no"); } }',
    '(() => { const a = []; a.push(a); return a; })()',
  ])('throws if it is %s, which is no JSON', async (payload) => {
    const options = `{ action: 'next', payload: ${payload} }`;
    expect(await thrownBy(options)).toMatchObject({ code: 'PAYLOAD_INVALID', isTypeError: true });
  });

  it('is what it was when it was scheduled', async () => {
    const start = `const payload = { n: 1 };
      const armed = api.scheduleNextStep({ action: 'next', payload });
      payload.n = 2;
      await armed;`;
    const { outcome } = await runToEnd(runner(), { start, next: "await api.runStore.set('n', data.n);" });
    expect(outcome.store).toEqual({ n: 1 });
  });
});
