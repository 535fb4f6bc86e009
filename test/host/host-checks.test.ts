// Sources are checked in a process of their own: one that ends it is refused, and nobody else's is.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HostChecks } from '../../src/host/host-checks.ts';
import { hostFlags } from '../../src/host/host-process.ts';

const good = 'class Workflow { async start() {} }';
let checks: HostChecks;

beforeEach(() => {
  checks = new HostChecks({
    workerMemoryMb: 64,
    frameBytes: 2 ** 28,
    hostMemoryMb: 1_024,
    inherited: [],
    flags: hostFlags(),
  });
});

afterEach(() => checks.close());

/** Children of this process that check sources. */
function checkHosts(): number[] {
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(process.pid)], { encoding: 'utf8' });
  const pids = children.trim().split(/\s+/).map(Number);
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('stepwell checks');
    } catch {
      return false; // The `ps` that has just ended.
    }
  });
}

describe('the check of a source', () => {
  it('gives a program, or what is wrong', async () => {
    expect(await checks.check(good, 5_000, 'acme')).toMatchObject({ ok: true, program: { methods: ['start'] } });
    expect(await checks.check('class Workflow {', 5_000, 'acme')).toMatchObject({ ok: false });
    expect(await checks.check('class Workflow { async start(data: string) {} }', 5_000, 'acme')).toMatchObject({
      ok: true,
    });
  });

  it('that exhausts its memory is refused, and the next one is not', async () => {
    const nodes = `class Workflow { async start() { return [${'[0],'.repeat(300_000)}]; } }`;
    const [large, next] = await Promise.all([checks.check(nodes, 30_000, 'acme'), checks.check(good, 5_000, 'acme')]);
    expect(large).toBe('died');
    expect(next).toMatchObject({ ok: true });
  });

  it('in a host that takes too much of the machine is refused, and the next one is not', async () => {
    const small = new HostChecks({
      workerMemoryMb: 512,
      frameBytes: 2 ** 28,
      hostMemoryMb: 180,
      inherited: [],
      flags: hostFlags(),
    });
    const nodes = `class Workflow { async start() { return [${'[0],'.repeat(300_000)}]; } }`;
    const [large, next] = await Promise.all([small.check(nodes, 30_000, 'acme'), small.check(good, 5_000, 'acme')]);
    await small.close();
    expect(large).toBe('died');
    expect(next).toMatchObject({ ok: true });
  });

  it.runIf(process.platform === 'linux')('goes on in another host when somebody kills the first', async () => {
    const first = checks.check(good, 5_000, 'acme');
    await first;
    const [pid] = checkHosts();
    const second = checks.check(good, 5_000, 'acme');
    process.kill(pid ?? 0, 'SIGKILL');
    expect(await second).toMatchObject({ ok: true });
    expect(await checks.check(good, 5_000, 'acme')).toMatchObject({ ok: true });
  });

  it('takes turns among tenants: who sends many waits for himself', async () => {
    const order: string[] = [];
    const tenants = [...Array(6).fill('many'), 'one'];
    await Promise.all(tenants.map((tenant) => checks.check(good, 5_000, tenant).then(() => order.push(tenant))));
    expect(order.indexOf('one')).toBe(1); // One was at work.
  });

  it('ends with the pool', async () => {
    const pending = checks.check(good, 5_000, 'acme');
    await checks.close();
    expect(await pending).toBe('died');
    expect(await checks.check(good, 5_000, 'acme')).toBe('died');
  });
});
