// What a ledger says is what was, to the last digit.
import { expect, it } from 'vitest';
import { Redo } from '../../src/state/redo.ts';
import { runOf } from './fixtures.ts';

it('CPU time that was written is what a step has used, whatever its differences add up to', () => {
  const [first, second] = [0.002, 0.024456000000000002];
  expect(first + (second - first)).not.toBe(second);
  const run = runOf({ maxAttempts: 1 });
  const failure = JSON.stringify({ name: 'Error', message: 'no', stack: '', code: '', retryable: true });
  const lines = [
    'N\t1',
    'A',
    'B\t1\tshared',
    `X\t1\t${first}\tneighbour\t""`,
    'B\t1\tshared',
    `E\t1\t${second}\tfailed\t${failure}\t0`,
  ];
  new Redo(run, '{}').read(`${lines.join('\n')}\n`);
  expect(run.failure?.usage).toMatchObject({ cpuMs: second, attempts: 2 });
});
