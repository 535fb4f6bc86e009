// Every name that an object may inherit from a built-in can be assigned to it, as where nothing is frozen. The names come from the realm
// itself, so that those of a later engine are asked for too.
import { afterAll, expect, test } from 'vitest';
import { loadRealm } from './load-realm.ts';

const modules = ['harden.ts', '../../test/realm/graph.ts'];
const untouched = loadRealm(modules);
const hardened = loadRealm(modules);
hardened.run('harden.harden()');
afterAll(() => {
  untouched.dispose();
  hardened.dispose();
});

/** Each property whose assignment to an object that inherits it throws, with a name for its holder. */
const refused = `
  const nameOf = (holder) => typeof holder === 'function'
    ? holder.name
    : (holder[Symbol.toStringTag] ?? '') + ' ' + (holder.constructor?.name ?? '') + '.prototype';
  const refused = [];
  for (const holder of graph.everything().keys()) {
    // A method has a name and a length, and the global object is nobody's prototype.
    if (holder === globalThis || (typeof holder === 'function' && !Object.hasOwn(holder, 'prototype'))) continue;
    for (const key of Reflect.ownKeys(holder)) {
      const heir = Object.create(holder);
      try { heir[key] = 1; } catch { refused.push(nameOf(holder) + ' ' + String(key)); }
    }
  }
  return refused.sort();`;

test('all that may be assigned where nothing is frozen may be assigned, but for what the engine watches', () => {
  const before = new Set(untouched.run(refused) as string[]);
  const after = (hardened.run(refused) as string[]).filter((name) => !before.has(name));
  expect(after).toEqual([
    ...[' Array.prototype Symbol(Symbol.iterator)', ' Array.prototype constructor', ' RegExp.prototype exec'],
    ...['Array Iterator Iterator.prototype next', 'Promise Promise.prototype constructor'],
  ]);
});
