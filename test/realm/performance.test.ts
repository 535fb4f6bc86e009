// A step's `performance`, on the step's own clock.
import { expect, test } from 'vitest';
import { createStep, globalOf, type TestStep } from './test-step.ts';

function performanceOf(): { performance: Performance; step: TestStep } {
  const step = createStep();
  return { performance: globalOf<Performance>('performance', step), step };
}

const told = (entries: readonly PerformanceEntry[]): string[] =>
  entries.map(({ entryType, name, startTime, duration }) => `${entryType} ${name} ${startTime}+${duration}`);

test('marks and measures', () => {
  const { performance, step } = performanceOf();
  step.time += 5;
  const mark = performance.mark('a', { detail: { x: [1] } });
  step.time += 10;
  performance.mark('b');
  step.time += 100;
  const measures = [
    performance.measure('a to b', 'a', 'b'),
    performance.measure('since a', 'a'),
    performance.measure('all'),
    performance.measure('until b', undefined, 'b'),
    performance.measure('by options', { start: 'a', duration: 3, detail: 'd' }),
    performance.measure('backwards', { end: 'b', duration: 4 }),
    performance.measure('by numbers', { start: 1, end: 2 }),
  ];
  expect(told([mark, ...measures])).toEqual([
    ...['mark a 5+0', 'measure a to b 5+10', 'measure since a 5+110', 'measure all 0+115', 'measure until b 0+15'],
    ...['measure by options 5+3', 'measure backwards 11+4', 'measure by numbers 1+1'],
  ]);
  expect(JSON.parse(JSON.stringify([mark, measures[4]]))).toEqual([
    { name: 'a', entryType: 'mark', startTime: 5, duration: 0, detail: { x: [1] } },
    { name: 'by options', entryType: 'measure', startTime: 5, duration: 3, detail: 'd' },
  ]);
  expect(Object.isFrozen(mark) || !Reflect.set(mark, 'startTime', 9)).toBe(true);
});

test('lists entries by their start, by name and by type, and clears them', () => {
  const { performance, step } = performanceOf();
  step.time += 20;
  performance.mark('a');
  performance.mark('b', { startTime: 3 });
  performance.measure('a', 'a');
  performance.mark('a', { startTime: 20 });
  expect(told(performance.getEntries())).toEqual(['mark b 3+0', 'mark a 20+0', 'measure a 20+0', 'mark a 20+0']);
  expect(told(performance.getEntriesByName('a', 'mark'))).toEqual(['mark a 20+0', 'mark a 20+0']);
  expect(told(performance.getEntriesByType('measure'))).toEqual(['measure a 20+0']);
  expect(performance.getEntriesByType('resource')).toEqual([]);
  performance.clearMarks('a');
  expect(told(performance.getEntries())).toEqual(['mark b 3+0', 'measure a 20+0']);
  performance.clearMeasures();
  performance.clearMarks();
  expect(performance.getEntries()).toEqual([]);
});

test('keeps a copy of a detail', () => {
  const { performance } = performanceOf();
  const detail = { list: [1] };
  const mark = performance.mark('a', { detail });
  detail.list.push(2);
  expect(mark.detail).toEqual({ list: [1] });
  expect(() => performance.mark('f', { detail: () => 1 })).toThrow(expect.objectContaining({ name: 'DataCloneError' }));
});

test.each<[string, (performance: Performance) => unknown, string]>([
  [
    'a mark that is not set',
    (p) => p.measure('m', 'none'),
    'SyntaxError: The "none" performance mark has not been set',
  ],
  [
    'a mark that was cleared',
    (p) => {
      p.mark('x');
      p.clearMarks('x');
      p.measure('m', 'x');
    },
    'SyntaxError: The "x" performance mark has not been set',
  ],
  ['no name', (p) => Reflect.apply(p.mark, p, []), 'TypeError: The "name" argument must be specified'],
  ['a time before the step', (p) => p.mark('m', { startTime: -1 }), 'TypeError: -1 is not a valid timestamp'],
  [
    'a time that is none',
    (p) => p.mark('m', JSON.parse('{"startTime":"1"}')),
    'TypeError: A string is not a valid timestamp',
  ],
  [
    'options and an end',
    (p) => Reflect.apply(p.measure, p, ['m', { start: 1 }, 'e']),
    'TypeError: endMark must not be specified',
  ],
  [
    'a start, an end and a duration',
    (p) => p.measure('m', { start: 1, end: 2, duration: 3 }),
    'TypeError: Must not have options.start, options.end, and options.duration specified',
  ],
])('refuses %s', (_, use, expected) => {
  const { performance } = performanceOf();
  let thrown: unknown;
  try {
    use(performance);
  } catch (error) {
    thrown = error;
  }
  expect(String(thrown)).toBe(expected);
  expect(performance.getEntries()).toEqual([]);
});

test('keeps so many entries and no more', () => {
  const { performance } = performanceOf();
  for (let count = 0; count < 10_000; count++) performance.mark('m');
  expect(() => performance.mark('m')).toThrow('A step keeps at most 10000 marks and measures. Clear some');
  performance.clearMarks();
  expect(performance.mark('m').name).toBe('m');
});
