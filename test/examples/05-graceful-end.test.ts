// The server as a process: a signal in the middle of a run lets its steps end, and the next process does the rest.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type CliProcess, startNode } from '../cli/command-line.ts';
import { folder } from './example.ts';
import { HttpClient } from './http-client.ts';

const runsFolder = mkdtempSync(join(tmpdir(), 'stepwell-server-'));
afterAll(() => rmSync(runsFolder, { recursive: true, force: true }));

interface Service {
  readonly process: CliProcess;
  readonly acme: HttpClient;
}

async function startService(): Promise<Service> {
  const env = { PORT: '0', RUNS_FILE: join(runsFolder, 'runs.db') };
  const service = startNode([join(folder, '05-http-server/main.ts')], '', env);
  await service.said('Try this');
  const url = /http:\/\/[\d.]+:\d+/.exec(service.outSoFar())?.[0] ?? 'nowhere';
  return { process: service, acme: new HttpClient(url, 'token-of-acme') };
}

async function endOf({ process }: Service, signal: NodeJS.Signals): Promise<string> {
  process.signal(signal);
  const { status, err, out } = await process.finished;
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return out;
}

it('drains on SIGTERM and goes on after the next start', async () => {
  const first = await startService();
  const url = await first.acme.start('/hooks/acme/order', { items: ['kettle', 'cup'] }, 'order-1001');
  const stream = await first.acme.fetch(`${url}/events`);
  const [out] = await Promise.all([endOf(first, 'SIGTERM'), stream.text()]);
  expect(out).toContain('\nClosing when the steps that run have ended.\n');

  const second = await startService();
  await (await second.acme.fetch(`${url}/events`)).text(); // Ends with the run, if that was still open.
  const { body } = await second.acme.get(url);
  expect(body).toMatchObject({ id: 'acme:order:order-1001', status: 'completed', steps: { armed: 3, completed: 3 } });
  expect((body['store'] as { packed: string[] }).packed.toSorted()).toEqual(['cup', 'kettle']);
  expect(body['usage']).toMatchObject({ attempts: 3 }); // None was stopped in the middle, to begin again.
  await endOf(second, 'SIGINT');
});
