// Records as a worker that is not what it should be may write them: well-formed ones for whatever step, with odd fields,
// and such as no correct realm writes.
import type { Random } from '../random.ts';

const oddTexts = [
  '',
  'null',
  '"',
  '"\\',
  '[',
  '[1,',
  '{"a":',
  'NaN',
  '"\u2028"',
  '\u0000',
  '1e999',
  '{"toString":1}',
  '[[[[[',
  '"é😀"',
];
const oddKeys = ['"count"', '"items"', '"__proto__"', '"\\"', '"\\u0000"', '"\\q"', `"${'k'.repeat(600)}"`, '"""'];
const oddNumbers = ['0', '-0', '1', '-1', '1e308', '5e-324', '0x10', ' 7 ', '9007199254740993'];

/** One of each kind: all of them are well-formed. */
export function forgedRecords({ pick }: Random, ref: number): string[] {
  const key = pick(oddKeys);
  const text = pick(oddTexts) || '1';
  const json = pick(['{"name":1,"message":{},"retryable":false}', '{"retryable":0}', '[]', text]);
  return [
    ['g', ref, key],
    ['s', ref, key, text],
    ['p', ref, key, text],
    ['i', ref, key, pick(oddNumbers)],
    ['d', ref, key],
    ['n', ref, pick(['0', '1', '2', '3', '99']), text, pick(['0', '5', '34560000000'])],
    ['t', ref, pick(['0', '5', '34560000000'])],
    ['l', ref, pick(['log', 'error']), text],
    ['c', ref, pick(oddTexts)],
    ['f', ref, json],
    ['x', ref, ''],
  ].map((fields) => fields.join('\t'));
}

export function badRecords(ref: number): string[] {
  return [
    '',
    'g',
    `g\t${ref}`,
    `q\t${ref}\t"k"`,
    `G\t${ref}\t"k"`,
    `g\t-${ref + 1}\t"k"`,
    `g\t${ref}.5\t"k"`,
    'g\tNaN\t"k"',
    'g\t9007199254740992\t"k"',
    `g\t${ref}\tk`,
    `g\t${ref}\t""`,
    `s\t${ref}\t"k"`,
    `s\t${ref}\t"k"\t1\t2`,
    `i\t${ref}\t"k"\tInfinity`,
    `i\t${ref}\t"k"\t`,
    `n\t${ref}\t-1\t{}\t0`,
    `n\t${ref}\t1\t{}\t-1`,
    `n\t${ref}\t1\t{}\t34560000001`,
    `t\t${ref}\tNaN`,
    `l\t${ref}\tfatal\t"x"`,
    `c\t${ref}`,
    `x\t${ref}\tx`,
    `${'x'.repeat(5_000)}\t${ref}\t"k"`,
  ];
}
