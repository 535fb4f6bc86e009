// The server of the example, in this process and over real HTTP: who may do what, and what each answer is.
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createServer } from '../../examples/05-http-server/server.ts';
import { type RunEvent, type Runner, type RunnerOptions, skippingClock } from '../../src/index.ts';
import { createTestRunner, listed } from '../harness.ts';
import { manualClock } from '../manual-clock.ts';
import { textOf } from './example.ts';
import { eventNames, HttpClient } from './http-client.ts';

const workflows = new Map([
  ['order', textOf('05-http-server/workflows/order.js')],
  ['reminder', textOf('05-http-server/workflows/reminder.js')],
  ['broken', 'class Workflow {'],
]);
const tokens = new Map([
  ['one', 'acme'],
  ['two', 'globex'],
]);
const order = { items: ['kettle'] };

let server: FastifyInstance | null = null;
let runner: Runner;
let acme: HttpClient;
let globex: HttpClient;

/** Time stands still unless a test moves it: what waits for a day stays open. */
async function serve(options: RunnerOptions = {}): Promise<void> {
  runner = await createTestRunner({ clock: manualClock(), ...options });
  server = createServer({ runner, workflows, tokens });
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  acme = new HttpClient(url, 'one');
  globex = new HttpClient(url, 'two');
}

// Streams that are open end with the runner, and the server when they have.
afterEach(async () => {
  await Promise.all([runner.close(), server?.close()]);
});

describe('a webhook', () => {
  beforeEach(() => serve());

  it('starts a run, and says where it is', async () => {
    const { status, headers, body } = await acme.post('/hooks/acme/reminder', { name: 'Ada' });
    expect(status).toBe(202);
    expect(body).toEqual({ id: expect.any(String), status: 'open', url: headers.get('location') });
    expect(await acme.get(String(body['url']))).toMatchObject({
      status: 200,
      body: { id: body['id'], status: 'open' },
    });
  });

  it('starts one run for the same key twice, at once and later', async () => {
    const urls = await Promise.all([1, 2].map(() => acme.start('/hooks/acme/reminder', {}, 'key-1')));
    urls.push(await acme.start('/hooks/acme/reminder', {}, 'key-1'));
    expect(new Set(urls)).toEqual(new Set(['/runs/acme%3Areminder%3Akey-1']));
    expect(await listed(runner)).toEqual(['acme:reminder:key-1']);
  });

  it('starts runs of their own for the same key of other tenants and workflows, and without a key', async () => {
    await acme.start('/hooks/acme/reminder', {}, 'key-1');
    await globex.start('/hooks/globex/reminder', {}, 'key-1');
    await acme.start('/hooks/acme/order', order, 'key-1');
    await acme.start('/hooks/acme/reminder', {}, '');
    await acme.start('/hooks/acme/reminder', {}, '');
    expect(new Set(await listed(runner)).size).toBe(5);
  });

  it('is found again by a key of any length that an id may have', async () => {
    const key = '%'.repeat(256 - 'acme:reminder:'.length);
    const url = await acme.start('/hooks/acme/reminder', {}, key);
    expect((await acme.get(url)).status).toBe(200);
    expect(await acme.post('/hooks/acme/reminder', {}, `${key}%`)).toMatchObject({
      status: 400,
      body: { code: 'RUN_OPTION_INVALID' },
    });
  });

  it('refuses what is wrong, and says what', async () => {
    expect(await acme.post('/hooks/acme/broken', {})).toMatchObject({
      status: 400,
      body: { code: 'WORKFLOW_INVALID', findings: [{ line: 1 }] },
    });
    const headers = { 'content-type': 'application/json' };
    expect((await acme.fetch('/hooks/acme/order', { method: 'POST', headers, body: '{' })).status).toBe(400);
    expect((await acme.post('/hooks/acme/nothing', {})).status).toBe(404);
    expect((await acme.post('/hooks/acme/..%2Fserver', {})).status).toBe(404);
  });

  it('is 503 once the runner is closed', async () => {
    await runner.close();
    expect(await acme.post('/hooks/acme/order', order)).toMatchObject({ status: 503, body: { code: 'RUNNER_CLOSED' } });
  });
});

describe('a tenant', () => {
  beforeEach(() => serve());

  it('sees nothing of another', async () => {
    const url = await acme.start('/hooks/acme/reminder', {}, 'key-1');
    for (const answer of [
      await globex.get(url),
      await globex.get(`${url}/events`),
      await globex.delete(url),
      await globex.post('/hooks/acme/reminder', {}, 'key-1'),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    }
    expect(await acme.get(url)).toMatchObject({ status: 200, body: { status: 'open' } });
  });

  it('has a token that is known', async () => {
    const url = await acme.start('/hooks/acme/reminder', {});
    const stranger = new HttpClient(String(server?.listeningOrigin), 'three');
    expect((await stranger.get(url)).status).toBe(401);
    expect((await stranger.post('/hooks/acme/order', order)).status).toBe(401);
  });
});

describe('too many', () => {
  it('runs at once are 429, until one of them has ended', async () => {
    await serve({ limits: { runsOpenPerTenant: 1 } });
    const url = await acme.start('/hooks/acme/reminder', {});
    const refused = await acme.post('/hooks/acme/reminder', {});
    expect(refused).toMatchObject({ status: 429, body: { code: 'TENANT_RUNS_EXCEEDED' } });
    expect(refused.headers.get('retry-after')).toBeNull();
    await globex.start('/hooks/globex/reminder', {});
    await acme.delete(url);
    await acme.start('/hooks/acme/reminder', {});
  });

  it('starts in a second are 429 with the seconds to wait', async () => {
    await serve({ limits: { startsPerTenantPerSecond: 1 } });
    await acme.start('/hooks/acme/reminder', {});
    const refused = await acme.post('/hooks/acme/reminder', {});
    expect(refused).toMatchObject({ status: 429, body: { code: 'TENANT_STARTS_EXCEEDED' } });
    expect(refused.headers.get('retry-after')).toBe('1');
  });
});

describe('events', () => {
  it('come in order, and end with the run', async () => {
    await serve({ clock: skippingClock() });
    runner.pauseTenant('acme'); // Until the stream is open: it tells what happens from then on.
    const url = await acme.start('/hooks/acme/reminder', { name: 'Ada' });
    const stream = await acme.fetch(`${url}/events`);
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    runner.resumeTenant('acme');
    expect(eventNames(await stream.text())).toEqual([
      ...['step_started', 'step_armed', 'step_completed'],
      ...['step_started', 'step_log', 'step_completed'],
      'run_ended',
    ]);
    expect((await acme.fetch(`${url}/events`)).status).toBe(204);
  });

  it('are let go as soon as the client leaves', async () => {
    await serve();
    const url = await acme.start('/hooks/acme/reminder', {}, 'key-1');
    const run = await runner.get('acme:reminder:key-1');
    if (run === undefined) throw new Error('The run is open.');
    const letGo = Promise.withResolvers<void>();
    const read = run.events.bind(run);
    vi.spyOn(run, 'events').mockImplementation(() => {
      const events = read();
      const stop = async (): Promise<IteratorResult<RunEvent>> => {
        letGo.resolve();
        return { done: true, value: await events.return?.() };
      };
      return { ...events, return: stop };
    });
    const leaving = new AbortController();
    expect((await acme.fetch(`${url}/events`, { signal: leaving.signal })).status).toBe(200);
    leaving.abort();
    await letGo.promise; // Though the run's next event is a day away.
    expect(run.status).toBe('open');
  });
});

it('cancels a run, and gives its outcome', async () => {
  await serve();
  const url = await acme.start('/hooks/acme/reminder', {}, 'key-1');
  const outcome = { id: 'acme:reminder:key-1', status: 'cancelled', cancellation: { reason: 'Cancelled over HTTP.' } };
  expect(await acme.delete(url)).toMatchObject({ status: 200, body: outcome });
  expect(await acme.get(url)).toMatchObject({ status: 200, body: outcome });
});
