// What hardening does to the built-ins: compared with the list of SES, and with a search of all that can be reached.
import { afterAll, describe, expect, test } from 'vitest';
import { loadRealm } from './load-realm.ts';
import type { IntrinsicState } from './named-intrinsics.ts';

const testModules = [
  '../../test/realm/graph.ts',
  '../../test/realm/named-intrinsics.ts',
  '../../test/realm/ambient.ts',
];
const untouched = loadRealm(['harden.ts', 'globals/index.ts', ...testModules]);
const hardened = loadRealm(['harden.ts', 'globals/index.ts', ...testModules]);
hardened.run('harden.harden()');

afterAll(() => {
  untouched.dispose();
  hardened.dispose();
});

/** Not every supported engine has it, and of what it has only its clock goes. */
function isTemporal(name: string): boolean {
  return ['%Temporal.Now%', '%InitialTemporal% Now', 'Temporal.Now'].includes(name);
}

/** Name by name, the properties that SES permits. Its package does not export the list, so it is taken by path. */
async function sesPermits(): Promise<Record<string, readonly string[]>> {
  const url = new URL('../../node_modules/ses/src/permits.js', import.meta.url);
  const { permitted }: { permitted: Record<string, unknown> } = await import(url.href);
  return Object.fromEntries(
    Object.entries(permitted)
      .filter(([name]) => name !== '[[Proto]]')
      .map(([name, permit]) => [name, Object.keys(Object(permit)).filter((key) => Reflect.get(Object(permit), key))]),
  );
}

describe('by the list of SES', async () => {
  const names = JSON.stringify(await sesPermits());
  const stateIn = (realm: typeof hardened) =>
    realm.run(`return namedintrinsics.stateOf(${names})`) as Record<string, IntrinsicState>;
  const before = stateIn(untouched);
  const after = stateIn(hardened);

  test('every intrinsic that is there is frozen, and so is what its properties hold', () => {
    expect(Object.keys(after).length).toBeGreaterThan(90);
    expect(Object.entries(after).filter(([, { frozen }]) => !frozen)).toEqual([]);
    expect(Object.entries(after).filter(([, { loose }]) => loose.length > 0)).toEqual([]);
  });

  test('before hardening none is, so the test sees the difference', () => {
    expect(Object.values(before).filter(({ frozen }) => frozen).length).toBeLessThanOrEqual(1); // %ThrowTypeError%
  });

  test('what is gone was taken out on purpose', () => {
    const gone = Object.keys(before).filter((name) => after[name] === undefined && !isTemporal(name));
    expect(gone.sort()).toEqual(['%SharedArrayBufferPrototype%', 'Atomics', 'SharedArrayBuffer']);
    const lost = Object.entries(after).flatMap(([name, { properties }]) =>
      (before[name]?.properties ?? []).filter((key) => !properties.includes(key)).map((key) => `${name} ${key}`),
    );
    expect(lost.filter((name) => !isTemporal(name))).toEqual([]);
  });
});

describe('by searching what can be reached', () => {
  test('everything that two pieces of code share is frozen', () => {
    expect(hardened.run('return graph.everything().size')).toBeGreaterThan(1_000);
    expect(hardened.run('return graph.notFrozen(graph.everything())')).toEqual([]);
  });

  test('before hardening hardly anything is', () => {
    const loose = untouched.run('return graph.notFrozen(graph.everything()).length');
    expect(loose).toBeGreaterThan(1_000);
  });

  test('what steps share of the realm itself is frozen', () => {
    const script = 'return graph.notFrozen(graph.reachable(Object.freeze({ ...index.sharedObjects })))';
    expect(hardened.run(script)).toEqual([]);
  });

  test('no function gives the same changeable object twice', () => {
    expect(hardened.run('return ambient.givingSharedObjects()')).toEqual([]);
  });

  test('a function that does would be found', () => {
    untouched.run('const shared = {}; globalThis.leak = () => shared;');
    expect(untouched.run('return ambient.givingSharedObjects()')).toEqual(['.globalThis.leak']);
    untouched.run('delete globalThis.leak');
  });

  test('nothing but the listed things was taken out', () => {
    const script = `
      const names = Reflect.ownKeys(globalThis).filter((name) => name !== 'globalThis');
      return names.flatMap((name) => [name, ...Reflect.ownKeys(Object(globalThis[name])).map((key) => name + '.' + String(key))])`;
    const left = new Set(hardened.run(script) as string[]);
    const gone = (untouched.run(script) as string[]).filter((name) => !left.has(name));
    const whole = ['Atomics', 'SharedArrayBuffer', 'WeakRef', 'FinalizationRegistry', 'WebAssembly', 'console'];
    const parts = gone.filter((name) => !whole.some((each) => name === each || name.startsWith(`${each}.`)));
    expect(gone).toEqual(expect.arrayContaining(whole));
    expect(parts.filter((name) => !name.startsWith('RegExp.') && !isTemporal(name))).toEqual(['Intl.v8BreakIterator']);
    expect(parts.filter((name) => name.startsWith('RegExp.'))).toHaveLength(19);
    expect(hardened.run('return typeof globalThis.Temporal?.Now')).toBe('undefined');
  });
});

describe('time and chance', () => {
  test('no function of the realm tells the time', () => {
    expect(hardened.run(`return ambient.tellingTime(${Date.now()})`)).toEqual([]);
  });

  test('before hardening the search finds those that do', () => {
    const found = untouched.run(`return ambient.tellingTime(${Date.now()})`) as string[];
    for (const part of ['constructor.now', 'new .date', '.format()', 'formatToParts']) {
      expect(found.some((path) => path.includes(part))).toBe(true);
    }
  });

  test('no function of the realm gives chance', () => {
    expect(hardened.run('return ambient.givingChance()')).toEqual([]);
  });

  test('before hardening the search finds Math.random', () => {
    expect(untouched.run('return ambient.givingChance()')).toContain('.globalThis.Math.random');
  });

  test.each([
    'Date()',
    'new Date()',
    'Date.now()',
    'Reflect.construct(Date, [], Object)',
    'new (class extends Date {})()',
    'new ((new Date(0)).constructor)()',
    'Date.prototype.constructor.now()',
    'Math.random()',
    'new Function("return Math.random()")()',
    '(0, eval)("Date.now()")',
    'new Intl.DateTimeFormat("en").format()',
    'new Intl.DateTimeFormat("en").format(undefined)',
    'new Intl.DateTimeFormat("en").formatToParts()',
    'Reflect.apply(Intl.DateTimeFormat.prototype.formatToParts, new Intl.DateTimeFormat("en"), [])',
    'new Intl.DateTimeFormat("en").formatRange()',
    'new Intl.DateTimeFormat("en").formatRangeToParts()',
  ])('%s throws a TypeError', (code) => {
    expect(hardened.run(`try { ${code}; } catch (error) { return error.name }`)).toBe('TypeError');
  });

  test('dates that are named still work', () => {
    const script = `
      const format = new Intl.DateTimeFormat('en', { timeZone: 'UTC' });
      class Day extends Date {}
      return [
        new Date(0).toISOString(), new Date(2000, 0).getFullYear(), Date.UTC(2000), Date.parse('2000-01-01T00:00:00Z'),
        new Date(0) instanceof Date, new Day(0) instanceof Day, new Day(5).getTime(), Date.name, Date.length,
        format.format(0), format.format(new Date(0)), format.formatToParts(0)[0], new Date(0).toLocaleDateString('en', { timeZone: 'UTC' }),
      ]`;
    expect(hardened.run(script)).toEqual([
      ...['1970-01-01T00:00:00.000Z', 2000, 946_684_800_000, 946_684_800_000, true, true, 5, 'Date', 7],
      ...['1/1/1970', '1/1/1970', { type: 'month', value: '1' }, '1/1/1970'],
    ]);
  });

  test('a stack has ten lines, and no code to prepare it', () => {
    const script = `
      const lines = (depth) => (depth === 0 ? new Error('deep').stack.split('\\n').length : lines(depth - 1));
      return [lines(50), Reflect.set(Error, 'prepareStackTrace', () => 1), Reflect.set(Error, 'stackTraceLimit', 1e9)]`;
    expect(hardened.run(script)).toEqual([11, false, true]);
    expect(hardened.run('return Error.stackTraceLimit')).toBe(10);
  });
});
