// Reading a delivery: what stands in its records is what was written, and nothing is kept of it afterwards.
import { expect, it } from 'vitest';
import { Delivery } from '../../src/realm/delivery.ts';

function opened(text: string): Delivery {
  const delivery = new Delivery();
  delivery.open(text);
  return delivery;
}

it('reads records field by field', () => {
  const delivery = opened('S\t12\t"a b"\t\t{}\nX\t9007199254740991\n');
  expect([delivery.letter(), delivery.whole(), delivery.field(), delivery.field(), delivery.lastField()]).toEqual([
    'S',
    12,
    '"a b"',
    '',
    '{}',
  ]);
  expect([delivery.letter(), delivery.whole(), delivery.letter()]).toEqual(['X', Number.MAX_SAFE_INTEGER, '']);
});

it.each([
  ['0', 0],
  ['7', 7],
  ['999999999999999', 999_999_999_999_999],
  ['9007199254740993', 9_007_199_254_740_992],
  ['123456789012345678901234567890', 1.2345678901234568e29],
  ['-5', -5],
  ['-0', -0],
  ['1.5', 1.5],
  ['1e5', 100_000],
  ['12e-1', 1.2],
  ['"12"', '12'],
  ['null', null],
  ['true', true],
  ['[1,2]', [1, 2]],
  ['{"a":"1"}', { a: '1' }],
  ['', undefined],
])('reads the value %s as JSON does', (text, value) => {
  const delivery = opened(`R\t${text}\nN\t5\n`);
  delivery.letter();
  expect(delivery.lastValue()).toStrictEqual(value);
  expect([delivery.letter(), delivery.whole()]).toEqual(['N', 5]);
});

it('has no record in an empty text, and refuses one that is cut off', () => {
  expect(opened('').letter()).toBe('');
  expect(() => opened('N\t5')).toThrow('A delivery ends in the middle of a record.');
});
