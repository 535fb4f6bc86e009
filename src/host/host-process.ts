// Starts one host and holds the strings: its pipe, its process id, its end. A host is given nothing but its own code to
// read: no environment, no network, no other descriptor. It ends by SIGKILL, whoever decides it.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { extname, join } from 'node:path';
import type { ThreadEnd, WorkerThread } from '../pool/worker-thread.ts';
import { pipeChannel } from '../protocol/channel.ts';
import type { Region } from '../protocol/region.ts';
import { withoutInherited } from './inherited.ts';
import { hostFolder, readablePaths } from './readable.ts';
import { readVitals } from './vitals.ts';

export interface HostOptions {
  /** The program that it runs: a file beside this one. */
  readonly entry: 'main' | 'check-main';
  /** V8 heap of a thread, outside its cells. */
  readonly workerMemoryMb: number;
  readonly frameBytes: number;
  /** V8 heap of most cells; 0 in a host that has none. */
  readonly cellMemoryMb: number;
  /** That of most cells: the process has it itself, so that those need not be told. */
  readonly region: Region;
  /** What hosts are started with: see {@link hostFlags}. Found out once, while all is well. */
  readonly flags: readonly string[];
  /** Descriptors of this process that a host must not get. */
  readonly inherited: readonly number[];
}

/** The pipe in the host: the first descriptor after the standard ones. */
const pipeFd = 3;

/** Of what a host says when it dies, so much is read. */
const lastWordsBytes = 4_096;

/** A worker thread in a process of its own: it can be killed. */
export interface Host extends WorkerThread {
  kill(): void;
}

/** Never throws: a host that could not be started is one that has ended. */
export function startHost(options: HostOptions): Host {
  try {
    return connect(spawnHost(options), options.frameBytes);
  } catch (error) {
    return neverStarted(`it could not be started: ${String(error)}`);
  }
}

function neverStarted(detail: string): Host {
  const channel = { send() {}, receive() {}, close() {} };
  const ended = Promise.resolve({ reason: 'worker' as const, detail });
  return { pid: null, channel, ended, kill() {}, vitals: () => null, bytesMoved: () => 0 };
}

function connect(host: ChildProcess, frameBytes: number): Host {
  const kill = (): void => {
    host.kill('SIGKILL');
  };
  let breach: string | null = null;
  const pipe = host.stdio?.[pipeFd] as Socket | undefined; // `pipe` in `stdio` makes it one that goes both ways.
  if (pipe === undefined) return unconnected(host);
  pipe.on('error', () => {}); // Followed by the end of the process, which tells more.
  const channel = pipeChannel(pipe, frameBytes, (message) => {
    breach = message;
    kill();
  });
  const lastWords = readLastWords(host);
  const ended = new Promise<ThreadEnd>((resolve) => {
    host.on('error', (error) => resolve({ reason: 'worker', detail: `it could not be started: ${error.message}` }));
    host.on('close', (code, signal) => {
      resolve(breach === null ? endOf(code, signal, lastWords()) : { reason: 'fault', detail: breach });
    });
  });
  const pid = host.pid ?? null;
  const bytesMoved = (): number => pipe.bytesRead + pipe.bytesWritten - pipe.writableLength;
  return { pid, channel, ended, kill, vitals: () => (pid === null ? null : readVitals(pid)), bytesMoved };
}

/** The process has no pipes, for this one has no descriptors left: `error` says so. */
function unconnected(host: ChildProcess): Host {
  host.on('error', () => {}); // It is told by the end, which comes whether it was started or not.
  host.kill('SIGKILL');
  return neverStarted('it could not be started: this process has too many files open');
}

/**
 * isolated-vm gives an isolate of 64 MB 1.4 MB for what is young (its src/isolate/environment.cc), which is full, and mostly alive, within a
 * turn of some hundred steps: half of a host's time went into copying it. See docs/decisions/022.
 */
const semiSpaceMb = 4;

/**
 * Node's permission model denies the host files, network, processes and inspection. The flags of V8: no `__proto__` on
 * Object.prototype for an exploit of the host's own code to use, and a linear engine for a regular expression that backtracks
 * without end; and a young generation of a size that its isolates can work in. Its threads are given the permissions again.
 */
export function hostFlags(): string[] {
  return [
    '--permission',
    '--allow-addons',
    '--allow-worker',
    ...readablePaths().map((path) => `--allow-fs-read=${path}`),
    '--disable-proto=delete',
    `--max-semi-space-size=${semiSpaceMb}`,
    '--enable-experimental-regexp-engine-on-excessive-backtracks',
    '--disable-warning=ExperimentalWarning',
  ];
}

/** Where there is a shell, it sees to it that a host leaves no core file, and is the first to go when memory runs out. */
const prelude = 'ulimit -c 0; unset PWD OLDPWD; { echo 1000 > /proc/self/oom_score_adj; } 2>/dev/null; exec "$0" "$@"';

function spawnHost({
  entry,
  workerMemoryMb,
  cellMemoryMb,
  region,
  frameBytes,
  flags,
  inherited,
}: HostOptions): ChildProcess {
  const { timeZone, locale } = region;
  const names = [timeZone, locale];
  const program = join(hostFolder, entry + extname(import.meta.url));
  const args = [...flags, program, ...[pipeFd, frameBytes, workerMemoryMb, cellMemoryMb].map(String), ...names];
  // A thread of a process may read the folder that the process is in (Node 26.10): it is one that it may read anyway.
  const cwd = hostFolder;
  const options = {
    cwd,
    env: { TZ: timeZone, LC_ALL: `${locale.replaceAll('-', '_')}.UTF-8` },
    windowsHide: true,
  } as const;
  const hasShell = process.platform === 'linux' && existsSync('/bin/sh');
  const [file, all] = hasShell ? ['/bin/sh', ['-c', prelude, process.execPath, ...args]] : [process.execPath, args];
  return withoutInherited(inherited, pipeFd + 1, (others) =>
    spawn(file, all, { ...options, stdio: ['pipe', 'ignore', 'pipe', 'pipe', ...others] }),
  );
}

function readLastWords(host: ChildProcess): () => string {
  let words = '';
  host.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(0, lastWordsBytes);
  });
  return () => words;
}

/** What Node, libuv and V8 say when the system gives them no thread. No step is to blame for that. */
const refusals = /uv_thread_create|pthread_create|ERR_WORKER_INIT_FAILED|EAGAIN|Resource temporarily unavailable/;

/** Only SIGKILL comes from outside: whoever sends it, V8 gives itself up with other signals. */
export function endOf(code: number | null, signal: string | null, lastWords: string): ThreadEnd {
  const how = signal === null ? `it ended with ${code}` : `it was ended by ${signal}`;
  const isRefused = refusals.test(lastWords);
  const told = isRefused ? refusals : /fatal|error/i;
  const words = lastWords.split('\n').find((line) => told.test(line)) ?? '';
  const said = words
    .replace(/[^\x20-\x7e]/g, ' ')
    .slice(0, 200)
    .trim();
  return {
    reason: signal === 'SIGKILL' || isRefused ? 'worker' : 'crash',
    detail: said === '' ? how : `${how}: ${said}`,
  };
}
