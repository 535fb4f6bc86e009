// A client that does not read keeps the stream of events from asking for more of them.

import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { serverSentEvents } from '../../examples/05-http-server/server-sent-events.ts';
import type { RunEvent } from '../../src/index.ts';
import { runToEnd, useRunner } from '../harness.ts';

const runner = useRunner();
const most = 10_000;

it('takes events only as fast as the client does', async () => {
  const { events } = await runToEnd(runner(), { start: '' });
  const [event] = events;
  if (event === undefined) throw new Error('A run has events.');
  let asked = 0;
  const endless = async function* (): AsyncGenerator<RunEvent> {
    while (asked++ < most) yield event;
  };
  const stream = serverSentEvents({ events: endless });
  const release = Promise.withResolvers<void>();
  const slow = new Writable({ write: (_chunk, _encoding, done) => void release.promise.then(() => done()) });
  stream.pipe(slow);
  await untilStill(() => asked);
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThan(most / 2);
  release.resolve();
  await new Promise((resolve) => slow.on('finish', resolve));
  expect(asked).toBe(most + 1);
});

/** Resolves when a number has not changed for a hundred turns of the event loop. */
async function untilStill(number: () => number): Promise<void> {
  let last = -1;
  for (let still = 0; still < 100; still++) {
    if (number() !== last) still = 0;
    last = number();
    await setImmediate();
  }
}
