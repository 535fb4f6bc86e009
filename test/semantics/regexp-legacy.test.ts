// What `RegExp` tells of the last match, and `compile`: a step with a context of its own finds them as in plain Node. Where steps share their
// built-ins they would tell of other code's matches, so they are not there.
import { describe, expect, it } from 'vitest';
import { runToEnd, useRunner } from '../harness.ts';

const runner = useRunner({ retry: { maxAttempts: 1 } });

async function inStep(body: string, isolation: 'realm' | 'context'): Promise<unknown> {
  const { outcome } = await runToEnd(runner(), { start: body }, { isolation });
  return outcome.error ?? outcome.output;
}

describe('in a context of its own', () => {
  it.each([
    [
      '/(\\d)(\\d)/.test("a42b"); return [RegExp.$1, RegExp.$2, RegExp.$3, RegExp.lastMatch, RegExp["$&"]]',
      ['4', '2', '', '42', '42'],
    ],
    [
      '"x-y".replace(/-/, "+"); return [RegExp.input, RegExp.$_, RegExp.leftContext, RegExp["$\'"]]',
      ['x-y', 'x-y', 'x', 'y'],
    ],
    ['const p = /a/g; p.compile("b", "i"); return [String(p), p.test("B"), p.lastIndex]', ['/b/i', true, 0]],
    ['return [RegExp.$1, RegExp.input, RegExp.lastMatch, RegExp.lastParen]', ['', '', '', '']],
  ])('%s', async (body, expected) => {
    expect(await inStep(body, 'context')).toEqual(expected);
  });

  it('a step finds nothing of what another one has matched', async () => {
    const source = {
      start: `/secret (\\w+)/.exec('secret word'); await api.scheduleNextStep({ action: 'next', delay: 0 }); return RegExp.$1;`,
      next: `await api.runStore.set('found', [RegExp.$1, RegExp.input, RegExp.lastMatch]);`,
    };
    const { outcome } = await runToEnd(runner(), source, { isolation: 'context' });
    expect(outcome.store).toEqual({ found: ['', '', ''] });
  });
});

it('where steps share their built-ins, none of it is there', async () => {
  const body =
    '/(a)/.test("a"); return [typeof RegExp.$1, "lastMatch" in RegExp, "input" in RegExp, typeof /a/.compile]';
  expect(await inStep(body, 'realm')).toEqual(['undefined', false, false, 'undefined']);
});
