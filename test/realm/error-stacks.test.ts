// The text of a stack is what V8 writes by itself, less the lines of the runner.
import { afterAll, expect, test } from 'vitest';
import { loadRealm } from './load-realm.ts';

const plain = loadRealm([]);
const hardened = loadRealm(['harden.ts']);
hardened.run('harden.harden()');
afterAll(() => {
  plain.dispose();
  hardened.dispose();
});

test.each([
  ["new Error('plain')"],
  ["new (class Own extends RangeError { name = 'Own'; })('of a class')"],
  ["new Error('two\\nlines')"],
  ['new Error()'],
  ["Object.assign(new Error('x'), { name: '' })"],
  ["Object.assign(new Error(''), { name: 'Named' })"],
  ["Object.assign(new TypeError('x'), { name: 1 })"],
  ["[1].map(() => new TypeError('within'))[0]"],
  ["new (class { #make() { return new Error('private'); } constructor() { return this.#make(); } })()"],
  ['(() => { try { return null.x; } catch (error) { return error; } })()'],
  ["(() => { try { return JSON.parse('{'); } catch (error) { return error; } })()"],
  ["(() => { const holder = { name: 'Holder', message: 'held' }; Error.captureStackTrace(holder); return holder; })()"],
  [
    '(() => { function outer() { return inner(); } function inner() { const holder = {}; Error.captureStackTrace(holder, inner); return holder; } return outer(); })()',
  ],
  ["Object.defineProperty(new Error('x'), 'name', { get() { throw 1; } })"],
  [
    '(() => { let error; const f = () => { try { f(); } catch (thrown) { error ??= thrown; } }; f(); return error; })()',
  ],
])('of %s', (made) => {
  const stack = `return (${made}).stack.replace(/load-realm\\S*|:\\d+:\\d+/g, '');`;
  expect(hardened.run(stack)).toBe(plain.run(stack));
});

test('of an error that is asked for again stays as it was', () => {
  expect(
    hardened.run("const e = new Error('a'); const { stack } = e; e.message = 'b'; return e.stack === stack;"),
  ).toBe(true);
});

test('is asked for by nothing that a step finds', () => {
  expect(hardened.run("return Error.prepareStackTrace === undefined && !('prepareStackTrace' in TypeError);")).toBe(
    true,
  );
  const changed = 'TypeError.prepareStackTrace = Error.prepareStackTrace = () => 1; return 1;';
  expect(() => hardened.run(changed)).toThrow('not extensible');
});
