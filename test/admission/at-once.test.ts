// What is found out of a source at once is what a check in a thread finds out.
import { describe, expect, it } from 'vitest';
import { checkSource } from '../../src/admission/check.ts';
import { checkAtOnce } from '../../src/admission/worker.ts';

const short = `export default class Workflow { async start(data, headers, api) { return api.runStore.get('k'); } }`;

/** Each group on one side is held against each on the other, and all the brackets that are open there. */
const sides = ['(?<a>)', '(?<a>)'].map((group) => '('.repeat(50) + group + ')'.repeat(50)).join('|');

describe('whether a source may run', () => {
  it('is found out at once if it is short and in order, and is what the check says', () => {
    expect(checkAtOnce(short)).toEqual(checkSource(short));
    expect(checkAtOnce(short)).toMatchObject({ ok: true });
  });

  it.each([
    ['long', `${short}//${'x'.repeat(8_192)}`],
    ['slow to be read, for its groups have one name', `${short}; const r = /${sides}/;`],
    ['slow to be read, for it has properties of texts', `${short}; const r = /${'\\p{RGI_Emoji}'.repeat(9)}/v;`],
    ['slow to be read, for it has many classes of words', `${short}; const r = /[${'\\w\\W'.repeat(101)}]/iu;`],
    ['typed', short.replace('data', 'data: string')],
    ['not in order', short.replace('start', 'begin')],
    ['not closed', short.slice(0, -1)],
    ['nested so deep that it takes the stack', `${short}; const n = ${'1+'.repeat(4_000)}1;`],
  ])('is left to the check if it is %s', (_, source) => {
    expect(checkAtOnce(source)).toBeNull();
  });
});
