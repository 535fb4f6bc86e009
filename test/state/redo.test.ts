// What a ledger says is what was, to the last digit.
import { expect, it } from 'vitest';
import { undividedly } from '../../src/background-work.ts';
import { Redo } from '../../src/state/redo.ts';
import { runOf } from './fixtures.ts';

it('a ledger is read a few lines at a time', () => {
  const run = runOf();
  const reading = new Redo(run, '{}').read(`N\t1\nA\n${'P\nU\n'.repeat(1_000)}P`);
  let stops = 0;
  while (reading.next().done !== true) stops++;
  expect(stops).toBe(Math.floor(2_003 / 32));
  expect(run.isPaused).toBe(true);
});

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
  undividedly(new Redo(run, '{}').read(`${lines.join('\n')}\n`));
  expect(run.failure?.usage).toMatchObject({ cpuMs: second, attempts: 2 });
});
