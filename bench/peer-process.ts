// Starts peers, asks them for loads, and says of one that cannot be had what to do about it.
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { median } from './measure.ts';

export interface Timing {
  readonly medianMs: number;
  readonly spread: number;
}

export interface Peer {
  /** Repeats a load of so many, after a warm-up. */
  measure(load: string, count: number, repetitions: number): Promise<Timing>;
  close(): void;
}

/** Why there is no such peer here. */
export interface Missing {
  readonly why: string;
}

const extra = new URL('./extra/', import.meta.url);
const warmups = 2;

export interface PeerOptions {
  /** All threads of it share the first processor; on Linux. */
  readonly onOneProcessor?: boolean;
}

/** `name`: a program in `peers` or `extra`. */
export async function startPeer(
  name: string,
  args: readonly string[] = [],
  { onOneProcessor = false }: PeerOptions = {},
): Promise<Peer | Missing> {
  if (name.startsWith('extra/') && !existsSync(new URL('node_modules', extra))) {
    return { why: 'not installed: `npm ci --prefix bench/extra` does it' };
  }
  if (onOneProcessor && !hasTaskset()) return { why: 'there is no `taskset` on the PATH' };
  const child = fork(new URL(`./${name}.ts`, import.meta.url), args, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    ...(onOneProcessor && { execPath: 'taskset', execArgv: ['-c', '0', process.execPath] }),
  });
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-2_000);
  });
  const ended = once(child, 'close').then(() => null);
  if ((await Promise.race([once(child, 'message'), ended])) === null) return { why: lastLine(words) };
  return {
    async measure(load, count, repetitions) {
      const times: number[] = [];
      for (let i = -warmups; i < repetitions; i++) {
        child.send({ load, count });
        const answer = await Promise.race([once(child, 'message'), ended]);
        if (answer === null) throw new Error(`The peer ${name} has ended: ${lastLine(words)}`);
        if (i >= 0) times.push((answer[0] as { ms: number }).ms);
      }
      const medianMs = median(times);
      return { medianMs, spread: median(times.map((ms) => Math.abs(ms - medianMs))) / medianMs };
    },
    close: () => child.disconnect(),
  };
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function lastLine(words: string): string {
  return (
    words
      .split('\n')
      .findLast((line) => /error/i.test(line))
      ?.trim() ?? 'it has ended, and said nothing'
  );
}

export interface RedisServer {
  readonly socket: string;
  readonly version: string;
  close(): Promise<void>;
}

/** A Redis of the benchmarks' own, on a socket, that keeps nothing on disk. */
export async function startRedis(): Promise<RedisServer | Missing> {
  let version: string;
  try {
    version = /v=(\S+)/.exec(execFileSync('redis-server', ['--version'], { encoding: 'utf8' }))?.[1] ?? '?';
  } catch {
    return { why: 'there is no `redis-server` on the PATH' };
  }
  const folder = mkdtempSync(join(tmpdir(), 'stepwell-redis-'));
  const socket = join(folder, 'redis.sock');
  const args = ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no', '--dir', folder];
  const server: ChildProcess = spawn('redis-server', args, { stdio: 'ignore' });
  const end = (): void => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', end); // When this process is to end in the middle.
  for (let tries = 0; tries < 100 && !existsSync(socket); tries++) await delay(50);
  return {
    socket,
    version,
    async close() {
      process.off('exit', end);
      server.kill();
      await once(server, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
