// What an author sees of an error, whatever was thrown, and what is tried again.
import { describe, expect, it } from 'vitest';
import { createTestRunner, runToEnd, textsOf, useRunner } from '../harness.ts';

const runner = useRunner();
const final = (thrown: string): string => `throw Object.assign(${thrown}, { retryable: false });`;

async function failureOf(start: string) {
  const { outcome } = await runToEnd(runner(), { start });
  expect(outcome.status).toBe('failed');
  return outcome.error;
}

describe('the error of a step', () => {
  it.each([
    ["'no lines'", { name: 'Error', message: 'no lines' }],
    ['null', { name: 'Error', message: 'null' }],
    ['undefined', { name: 'Error', message: 'undefined' }],
    ['Symbol("s")', { name: 'Error', message: 'Symbol(s)' }],
    ['function f() {}', { name: 'Error', message: '[Function f]' }],
    ['{ status: 404, reason: "none" }', { name: 'Error', message: '{"status":404,"reason":"none"}' }],
    [
      'Promise.resolve(1)',
      { name: 'Error', message: 'A promise was thrown. Await it, and throw what it was rejected with.' },
    ],
    ['{ name: "Own", message: "like an error" }', { name: 'Own', message: 'like an error' }],
    ['new Proxy({}, { get() { throw 1; }, ownKeys() { throw 2; } })', { name: 'Error' }],
    ['{ get message() { throw 1; }, get code() { throw 2; } }', { name: 'Error', thrownCode: '' }],
  ])('thrown as %s says what it was', async (thrown, expected) => {
    expect(await failureOf(`throw ${thrown};`)).toMatchObject({ code: 'STEP_THREW', ...expected });
  });

  it.each([
    ['"E_NO"', 'E_NO'],
    ['404', '404'],
    ['{}', ''],
  ])('has its code, if that is a text or a number: %s', async (code, thrownCode) => {
    expect(await failureOf(final(`Object.assign(new Error('x'), { code: ${code} })`))).toMatchObject({ thrownCode });
  });

  it('has its own fields, within bounds', async () => {
    const error = await failureOf(
      final(
        "Object.assign(new Error('x'), { status: 404, isFatal: true, none: null, body: { a: [1] }, ['__proto__ ']: 'p', long: 'y'.repeat(9_999) }, Object.fromEntries(Array.from({ length: 99 }, (_, n) => ['f' + n, n])))",
      ),
    );
    expect(error?.fields).toMatchObject({
      status: 404,
      isFatal: true,
      none: null,
      body: '{"a":[1]}',
      '__proto__ ': 'p',
    });
    expect(String(error?.fields?.['long'])).toHaveLength(512);
    expect(Object.keys(error?.fields ?? {})).toHaveLength(16);
  });

  it('has the chain of its causes, each with the lines of the author', async () => {
    const error = await failureOf(
      final(
        "new Error('outer', { cause: Object.assign(new TypeError('middle', { cause: 'inner' }), { code: 7, row: 3 }) })",
      ),
    );
    expect(error?.causes).toMatchObject([
      { name: 'TypeError', message: 'middle', code: '7', fields: { row: 3 } },
      { name: 'Error', message: 'inner', stack: '' },
    ]);
    expect(error?.causes?.[0]?.stack).toMatch(/^at Workflow\.start \(workflow\.js:/);
  });

  it.each([
    ['(() => { const e = new Error("self"); e.cause = e; return e; })()', undefined],
    ['Array.from({ length: 9 }).reduce((cause) => new Error("one", { cause }), undefined)', 4],
  ])('ends a chain of causes that does not end soon: %s', async (thrown, length) => {
    expect((await failureOf(final(thrown)))?.causes?.length).toBe(length);
  });

  it('has the errors of an aggregate, as far as there is room', async () => {
    const start =
      "await Promise.any(Array.from({ length: 20 }, (_, n) => Promise.reject(new RangeError('supplier ' + n))));";
    const { outcome } = await runToEnd(runner(), { start });
    expect(outcome.error).toMatchObject({ name: 'AggregateError' });
    expect(outcome.error?.errors).toHaveLength(8);
    expect(outcome.error?.errors?.[7]).toMatchObject({ name: 'RangeError', message: 'supplier 7' });
  });

  it('is bounded, and keeps its lines behind a long message', async () => {
    const error = await failureOf(
      final(
        "Object.assign(new AggregateError(Array.from({ length: 9 }, () => new Error('\\u0001'.repeat(99_999))), '\\u0001'.repeat(99_999), { cause: new Error('\\u0001'.repeat(99_999)) }))",
      ),
    );
    expect(error?.message).toHaveLength(4_096);
    expect(error?.stack).toMatch(/^at Workflow\.start \(workflow\.js:/);
    expect(JSON.stringify(error).length).toBeLessThan(140_000);
  });
});

it.each([
  ['Array.prototype.last = 1;', 'realm', true],
  ['Object.assign(Object.prototype, { x: 1 });', 'realm', true],
  ['Object.freeze(data).x = 1;', 'context', false],
  ["throw new TypeError('something else');", 'realm', false],
] as const)('says that built-ins are frozen, where they are: %s in a %s', async (body, isolation, says) => {
  const { outcome } = await runToEnd(runner(), { start: body }, { isolation });
  expect(outcome.error?.name).toBe('TypeError');
  expect(outcome.error?.message.includes("With `isolation: 'context'`")).toBe(says);
});

it('shows the lines of a rejection that nobody handles', async () => {
  const { outcome } = await runToEnd(runner(), {
    start:
      "const notify = async () => { throw new RangeError('no address'); }; notify(); await api.runStore.set('a', 1);",
  });
  expect(outcome.error).toMatchObject({ code: 'STEP_REJECTION_UNHANDLED' });
  expect(outcome.error?.message).toMatch(/: RangeError: no address$/);
  expect(outcome.error?.stack).toMatch(/^at notify \(workflow\.js:\d+:\d+\)\nat Workflow\.start \(workflow\.js:/);
});

describe.each(['realm', 'context'] as const)('a rejection that nobody handles (%s)', (isolation) => {
  const rejected = async (body: string) =>
    (await runToEnd(runner(), { start: `await api.runStore.set('n', api.attempt); ${body}` }, { isolation })).outcome;

  it('is told of like what is thrown: code, fields, causes', async () => {
    const { error, steps } = await rejected(
      "Promise.reject(Object.assign(new RangeError('no', { cause: new TypeError('why') }), { code: 404, retryable: false, row: 3 })); await api.runStore.get('n');",
    );
    expect(error).toMatchObject({
      ...{ code: 'STEP_REJECTION_UNHANDLED', name: 'RangeError', thrownCode: '404', fields: { row: 3 }, attempt: 1 },
      causes: [{ name: 'TypeError', message: 'why' }],
    });
    expect(steps.retried).toBe(0);
  });

  it.each([
    ["api.runStore.set('', 1);", 'KEY_INVALID', 1],
    ["api.scheduleNextStep({ action: 'none' + 1 });", 'ACTION_INVALID', 1],
    ['(async () => missing + 1)();', '', 1],
    ["Promise.reject(new Error('again'));", '', 3],
    ["Promise.reject(Object.assign(new ReferenceError('again'), { retryable: true }));", '', 3],
    ["Promise.reject(Object.assign(new Error('x'.repeat(99_999)), { code: 'LONG', retryable: false }));", 'LONG', 1],
    [
      "const e = new Error('logged'); console.log(e); Promise.reject(Object.assign(e, { code: 'LATE', retryable: false }));",
      'LATE',
      1,
    ],
    [
      "for (let n = 0; n < 20; n++) new Error('other').stack; Promise.reject(Object.assign(new Error('last'), { code: 'LAST', retryable: false }));",
      'LAST',
      1,
    ],
    [
      "const e = new Error('odd'); Object.defineProperty(e, 'code', { get() { for (;;); } }); Promise.reject(e);",
      '',
      3,
    ],
  ])('is tried again as if it were thrown: %s', async (body, thrownCode, attempts) => {
    const { error } = await rejected(`${body} await api.runStore.get('n');`);
    expect(error).toMatchObject({ code: 'STEP_REJECTION_UNHANDLED', thrownCode, attempt: attempts });
  });

  it('of what is no error says what there is to say', async () => {
    const message = async (value: string) => (await rejected(`Promise.reject(${value}); await null;`)).error?.message;
    expect(await message("'text'")).toMatch(/: Error: text$/);
    expect(await message('{ status: 404 }')).toMatch(/: Error: an object that is no error$/);
  });
});

it.each(['realm', 'context'] as const)(
  'shows no line of the runner in a stack, wherever it is read (%s)',
  async (isolation) => {
    const source = `const first = new Error('top').stack;
    export class Workflow {
      async start(data, headers, api) {
        const held = {};
        Error.captureStackTrace(held);
        const refused = await api.runStore.set('', 1).catch((error) => error.stack);
        const caught = await Promise.reject(new Error('caught')).catch((error) => error.stack);
        return [first, held.stack, refused, caught, new Error('late').stack];
      }
    }`;
    const { outcome } = await runToEnd(runner(), source, { isolation });
    const frames = (outcome.output as string[]).map((stack) =>
      stack
        .split('\n')
        .slice(1)
        .map((line) => line.trim()),
    );
    expect(frames).toEqual([
      ['at workflow.js:1:15'],
      ['at Workflow.start (workflow.js:5:15)'],
      ['at Workflow.start (workflow.js:6:44)'],
      ['at Workflow.start (workflow.js:7:45)'],
      ['at Workflow.start (workflow.js:8:53)'],
    ]);
  },
);

describe('what a callback of a timer throws', () => {
  it('fails the step with its lines and its code, and is not tried again where it says so', async () => {
    const { outcome } = await runToEnd(runner(), {
      start: `await api.runStore.set('before', 1);
        setTimeout(function late() { ${final("Object.assign(new RangeError('too late'), { code: 'E_LATE' })")} }, 1);
        for (;;) await new Promise((resolve) => setTimeout(resolve, 1));`,
    });
    expect(outcome).toMatchObject({
      status: 'failed',
      store: { before: 1 },
      steps: { retried: 0 },
      error: { code: 'STEP_THREW', name: 'RangeError', message: 'too late', thrownCode: 'E_LATE' },
    });
    expect(outcome.error?.stack).toMatch(/late \(workflow\.js:/);
  });

  it('is tried again like what its method throws', async () => {
    const { outcome } = await runToEnd(runner(), {
      start: `if (api.attempt < 3) setTimeout(() => { throw new Error('again'); }, 1);
        await new Promise((resolve) => setTimeout(resolve, 50));
        return api.attempt;`,
    });
    expect(outcome).toMatchObject({ status: 'completed', output: 3, steps: { retried: 2 } });
  });

  it('lets what was asked before it count, and nothing behind it', async () => {
    const { outcome, logs } = await runToEnd(runner(), {
      start: `setTimeout(() => { for (let n = 0; n < 1_500; n++) api.runStore.increment('n'); ${final("new Error('x')")} }, 1);
        for (;;) { await new Promise((resolve) => setTimeout(resolve, 5)); api.log('on'); await api.runStore.set('after', 1); if (api.never) return; }`,
    });
    expect(outcome.status).toBe('failed');
    expect(outcome.store).toEqual({ n: 1_500 });
    expect(textsOf(logs)).toEqual([]);
  });
});

describe('a mistake that can only be made again', () => {
  const mistakes = [
    ['a name that nothing has', '', "await api.runStore.increment('n'); missing();"],
    ['arguments that the api refuses', '', "await api.runStore.increment('n'); await api.runStore.set('', 1);"],
    ['a delay out of range', '', "await api.scheduleNextStep({ action: 'next', delay: -1 - data.n });"],
    ['what the source throws when it is evaluated', 'const rates = JSON.parse("{,}");', ''],
    ['what a field of the class throws', 'class Base { rate = null.a; }', 'new Base();'],
  ] as const;
  const sourceOf = (before: string, start: string): string =>
    `${before}\nexport class Workflow { ${start === 'new Base();' ? 'rate = null.rates.a;' : ''} async start(data, headers, api) { ${start} } next() {} }`;

  it.each(mistakes)('is not tried again: %s', async (_, before, start) => {
    const { outcome } = await runToEnd(runner(), sourceOf(before, start), { data: { n: 0 } });
    expect(outcome).toMatchObject({ status: 'failed', error: { attempt: 1 }, steps: { retried: 0 } });
  });

  it('is tried again where the policy says so', async () => {
    const patient = await createTestRunner({ retry: { firstDelayMs: 1, retryMistakes: true } });
    for (const [, before, start] of mistakes) {
      const { outcome } = await runToEnd(patient, sourceOf(before, start), { data: { n: 0 } });
      expect(outcome).toMatchObject({ status: 'failed', error: { attempt: 3 } });
    }
  });

  it('is tried again where the error says so, and other errors are as before', async () => {
    for (const thrown of ["Object.assign(new ReferenceError('x'), { retryable: true })", "new TypeError('x')"]) {
      const { outcome } = await runToEnd(runner(), { start: `throw ${thrown};` });
      expect(outcome).toMatchObject({ status: 'failed', error: { attempt: 3 } });
    }
  });
});

it('tells the hook of the causes, too', async () => {
  const { outcome } = await runToEnd(runner(), {
    start: final("Object.assign(new Error('outer', { cause: new TypeError('inner') }), { status: 404 })"),
    onWorkflowError: "await api.runStore.set('told', [err.cause.name, err.cause.message, err.status]);",
  });
  expect(outcome.store).toEqual({ told: ['TypeError', 'inner', 404] });
});
