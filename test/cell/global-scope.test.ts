// When a source is compiled so that it finds by its bare name what it has put into its global object.
import { expect, test } from 'vitest';
import { boundNames } from '../../src/cell/global-scope.ts';

test('not if nothing of it can be put there, or nothing that is put there is asked for by its name', () => {
  expect(boundNames('return answer', ['answer'], [])).toBeNull();
  expect(boundNames('globalThis.answer = 1', ['globalThis'], ['globalThis'])).toBeNull();
});

test('if it uses a name that the realm does not give', () => {
  const bound = boundNames('globalThis.answer = 1; return answer', ['answer', 'globalThis'], ['globalThis']);
  expect(bound).toEqual(expect.arrayContaining(['globalThis', 'Array', 'JSON']));
  for (const name of ['answer', 'eval', 'undefined', 'NaN']) expect(bound).not.toContain(name);
});

test('if it sets a name that the realm gives: only that one is looked up anew', () => {
  const bound = boundNames('globalThis . Promise ??= mine', ['globalThis'], ['globalThis']);
  expect(bound).not.toContain('Promise');
  expect(bound).toContain('Array');
  expect(boundNames('if (globalThis.Promise == mine) {}', ['globalThis'], ['globalThis'])).toBeNull();
});
