// Hosts as the operating system sees them: what they are given, what they may do, and that they end.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { hostFlags } from '../../src/host/host-process.ts';
import { createRunner, type Runner } from '../../src/index.ts';
import { builtFile } from '../built.ts';
import { createTestRunner, eventOf, runToEnd, startRun } from '../harness.ts';

const source = join(import.meta.dirname, '../../src/host');
const onLinux = process.platform === 'linux';

describe('the flags of a host', () => {
  it('leave it, and its thread, nothing but code to read', async () => {
    const probe = join(import.meta.dirname, 'probe.ts');
    const flags = [...hostFlags(), `--allow-fs-read=${join(import.meta.dirname, '*')}`, '--no-warnings'];
    const child = spawn(process.execPath, [...flags, probe, builtFile('pool/threads.ts')], {
      cwd: source,
      env: {},
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [told] = await once(child, 'message');
    const denied = 'ERR_ACCESS_DENIED';
    const expected = {
      'reads a file': denied,
      'reads a file of the embedder': denied,
      'lists a folder': denied,
      'writes a file': denied,
      'starts a process': denied,
      'starts a thread': denied,
      'has an environment': '',
      'has __proto__': 'GONE',
      'listens on the network': denied,
    };
    expect(told).toEqual({ main: expected, thread: expected });
  });
});

describe.runIf(onLinux)('a host', () => {
  it('has no environment but its time zone and locale, no core file, no file or pipe of its embedder, and goes first when memory runs out', async () => {
    const runner = await createTestRunner();
    const [{ pid } = { pid: null }] = runner.stats().hosts;
    const of = (name: string): string => readFileSync(`/proc/${pid}/${name}`, 'utf8');
    expect(of('environ').split('\0').filter(Boolean).toSorted()).toEqual(['LC_ALL=en_US.UTF-8', 'TZ=UTC']);
    expect(of('limits')).toMatch(/^Max core file size +0 /m);
    expect(of('oom_score_adj').trim()).toBe('1000');
    expect(sharedWithUs(pid)).toEqual([]);
  });

  it('ignores the signals that a terminal or a service manager sends to all', async () => {
    const runner = await createTestRunner();
    const hosts = runner.stats().hosts.map(({ pid }) => pid ?? 0);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) for (const pid of hosts) process.kill(pid, signal);
    expect((await runToEnd(runner, { start: 'return 1;' })).outcome.output).toBe(1);
    expect(runner.stats()).toMatchObject({ hostsLost: 0, hosts: hosts.map((pid) => ({ pid })) });
  });

  it('that is stopped in the middle is replaced, and its steps finish elsewhere', async () => {
    const runner = await createTestRunner();
    const run = await startRun(runner, {
      start: "for (let i = 0; i < 500; i++) await api.runStore.push('items', i); return api.attempt;",
    });
    await eventOf(run, ({ type }) => type === 'step_started');
    const [{ pid } = { pid: 0 }] = runner.stats().hosts;
    process.kill(pid ?? 0, 'SIGSTOP');
    const { output, store } = await run.result();
    expect([output, store['items']]).toEqual([1, Array.from({ length: 500 }, (_, i) => i)]);
    expect(runner.stats()).toMatchObject({ hostsLost: 1 });
  });
});

describe('many workflows at once', () => {
  it('cost no host for the time that their cells take to be made', async () => {
    const runner = await createTestRunner({ limits: { turnCpuMs: 20 } });
    const runs = await Promise.all(
      Array.from({ length: 80 }, (_, n) => startRun(runner, { start: `return ${n};` }, { tenant: `tenant ${n % 40}` })),
    );
    const outputs = await Promise.all(runs.map(async (run) => (await run.result()).output));
    expect(outputs).toEqual(Array.from({ length: 80 }, (_, n) => n));
    expect(runner.stats()).toMatchObject({ hostsLost: 0 });
  });

  it('of one tenant leave cells for others', async () => {
    const runner = await createTestRunner({ limits: { cellsPerWorker: 8 } });
    const waits = (n: number): Record<string, string> => ({
      start: `api.log('waits'); await new Promise((resolve) => setTimeout(resolve, ${40_000 + n}));`,
    });
    for (let n = 0; n < 12; n++) await startRun(runner, waits(n), { tenant: 'many' });
    expect((await runToEnd(runner, { start: 'return 1;' }, { tenant: 'one' })).outcome.output).toBe(1);
    expect(runner.stats().lanes.shared).toMatchObject({ active: 4, waiting: 8 });
  });
});

/** Files, pipes and sockets that both processes have open. */
function sharedWithUs(pid: number | null): string[] {
  const ours = new Set(descriptorsOf('self'));
  return descriptorsOf(String(pid)).filter(
    (target) => ours.has(target) && /^(socket|pipe|\/(?!dev\/null))/.test(target),
  );
}

function descriptorsOf(pid: string): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
    const path = `/proc/${pid}/fd/${descriptor}`;
    return existsSync(path) || pid !== 'self' ? [readlinkSync(path)] : []; // The one that reads the folder is gone.
  });
}

describe('an embedder that is killed', () => {
  it('takes its hosts with it, whatever they are at', async () => {
    const embedder = fork(join(import.meta.dirname, 'embedder.ts'));
    const [hosts] = (await once(embedder, 'message')) as [number[]];
    expect(hosts.length).toBe(2);
    expect(hosts.every(isAlive)).toBe(true);
    embedder.kill('SIGKILL');
    while (hosts.some(isAlive)) await delay(10);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !(onLinux && /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')));
  } catch {
    return false;
  }
}

describe('a machine on which no host can be started', () => {
  const { execPath } = process;
  afterEach(() => {
    process.execPath = execPath;
  });

  it('is told of by HOST_START_FAILED, and nothing is left of the try', async () => {
    process.execPath = join(import.meta.dirname, 'no-such-node');
    const handles = (): string[] =>
      process.getActiveResourcesInfo().filter((name) => /^(Pipe|Process)Wrap$/.test(name));
    const before = handles();
    await expect(createRunner({ workers: 2 })).rejects.toMatchObject({ code: 'HOST_START_FAILED' });
    await expect.poll(() => handles().length).toBeLessThanOrEqual(before.length);
  });

  it('fails the runs that are open when it comes to that', async () => {
    const runner = await createTestRunner({ workers: 1 });
    const run = await startRun(runner, { start: 'await new Promise((resolve) => setTimeout(resolve, 50_000));' });
    await eventOf(run, ({ type }) => type === 'step_started');
    process.execPath = join(import.meta.dirname, 'no-such-node');
    const failed = expect(run.result()).rejects.toMatchObject({ code: 'HOST_START_FAILED' });
    const endSpare = killAsTheyCome(runner); // The spare was started before.
    for (const { pid } of runner.stats().hosts) process.kill(pid ?? 0, 'SIGKILL');
    await failed;
    await expect(startRun(runner, { start: '' })).rejects.toMatchObject({ code: 'HOST_START_FAILED' });
    await runner.close();
    await endSpare;
  });
});

async function killAsTheyCome(runner: Runner): Promise<void> {
  for await (const event of runner.events()) {
    if (event.type === 'host_started') process.kill(event.pid ?? 0, 'SIGKILL');
  }
}

describe('hosts that have opened as many cells as they may', () => {
  it('are replaced one after the other, and no step notices', async () => {
    // A turn of a slow machine is not to be one that took too long: attempts are counted.
    const ample = { turnCpuMs: 1_000, stepCpuMs: 30_000 };
    const limits = { ...ample, cellsPerWorker: 4, cellsOpenedPerHost: 4 };
    const runner = await createTestRunner({ workers: 2, limits });
    const news: string[] = [];
    const reading = (async () => {
      for await (const { type } of runner.events()) news.push(type);
    })();
    const work = "await api.runStore.increment('n'); await new Promise((resolve) => setTimeout(resolve, 5));";
    const start = "for (let i = 0; i < 5; i++) await api.scheduleNextStep({ action: 'work' });";
    let runs = 0;
    while (news.filter((type) => type === 'host_retired').length < 4) {
      const tenants = Array.from({ length: 6 }, (_, n) => `tenant ${n + 6 * runs}`);
      const ended = await Promise.all(tenants.map((tenant) => runToEnd(runner, { start, work }, { tenant })));
      for (const { outcome } of ended) {
        expect(outcome).toMatchObject({ status: 'completed', store: { n: 5 }, usage: { attempts: 6 } });
      }
      runs++;
    }
    expect(runner.stats()).toMatchObject({ hostsLost: 0, restarts: 0 });
    expect(runner.stats().hosts.length).toBeLessThanOrEqual(3);
    await runner.close();
    await reading;
    expect(news).not.toContain('host_lost');
  });
});
