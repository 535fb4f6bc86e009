// The language as an author finds it: what a step returns is what the same code gives in plain Node, in both isolations.
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { runToEnd, useRunner } from '../harness.ts';
import * as cases from './language-cases.ts';

const runner = useRunner({ retry: { maxAttempts: 1 } });
const expected = await inPlainNode(Object.values(cases).flat());

/** By body. In a thread of its own: a test runner's thread has other globals than Node's. */
async function inPlainNode(bodies: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    const AsyncFunction = (async () => {}).constructor;
    (async () => {
      const values = [];
      for (const body of workerData) values.push(JSON.stringify(await new AsyncFunction("'use strict';" + body)()));
      parentPort.postMessage(values);
    })();`;
  const worker = new Worker(code, { eval: true, workerData: bodies, execArgv: [] });
  const values = await new Promise<string[]>((resolve, reject) =>
    worker.once('message', resolve).once('error', reject),
  );
  return new Map(bodies.map((body, index) => [body, JSON.parse(values[index] ?? 'null')]));
}

async function inStep(body: string, isolation: 'realm' | 'context'): Promise<unknown> {
  const { outcome } = await runToEnd(runner(), { start: body }, { isolation });
  return outcome.error ?? outcome.output;
}

describe.each(['realm', 'context'] as const)('with isolation %s', (isolation) => {
  describe.each(Object.entries(cases))('%s', (_, bodies) => {
    it.each(bodies)('%s', async (body) => {
      expect(await inStep(body, isolation)).toEqual(expected.get(body));
    });
  });
});
