// What tests of the command line share: files to run, a terminal that keeps what is written to it, and processes.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { Output } from '../../src/cli/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'stepwell-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file of this test file's own; its path. */
export function fileOf(name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

export interface Finished {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export class KeptOutput implements Output {
  text = '';
  readonly isClosed = false;
  columns = 80;
  rows = 24;

  write(text: string): void {
    this.text += text;
  }

  async drained(): Promise<void> {}
}

/** Carries out a command line in this process, on a terminal that shows nothing. */
export async function runMain(
  args: readonly string[],
  options: { stdin?: string; isLive?: boolean } = {},
): Promise<Finished> {
  const out = new KeptOutput();
  const err = new KeptOutput();
  const { stdin = '', isLive = false } = options;
  const input = (async function* () {
    yield new TextEncoder().encode(stdin);
  })();
  const status = await main(args, { out, err, input, isLive });
  return { status, out: out.text, err: err.text };
}

export interface CliProcess {
  readonly finished: Promise<Finished>;
  signal(name: NodeJS.Signals): void;
  /** Resolves when stdout, or stderr, has this text, or both have ended without it. */
  said(text: string): Promise<void>;
  /** What stdout has had so far. */
  outSoFar(): string;
  errSoFar(): string;
  /** Stops reading stdout, as `head` does. */
  closeStdout(): void;
}

const plainEnv = { PATH: process.env['PATH'] ?? '' };

/** The command line as a process of its own, with nobody's settings. */
export function startCli(args: readonly string[], stdin = '', node: readonly string[] = []): CliProcess {
  const entry = join(import.meta.dirname, 'entry.ts');
  return startNode([...node, entry, ...args], stdin);
}

export function startNode(args: readonly string[], stdin = '', env: NodeJS.ProcessEnv = {}): CliProcess {
  const child = spawn(process.execPath, args, { env: { ...plainEnv, ...env } });
  let out = '';
  let err = '';
  const waiting = new Set<() => void>();
  const tellWaiting = (): void => waiting.forEach((look) => void look());
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    tellWaiting();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    tellWaiting();
  });
  child.stdin.on('error', () => {}); // A process that was refused does not read what is piped into it.
  child.stdin.end(stdin);
  let isOver = false;
  const finished = new Promise<Finished>((resolve) => {
    child.on('close', (status) => {
      isOver = true;
      tellWaiting();
      resolve({ status, out, err });
    });
  });
  return {
    finished,
    signal: (name) => void child.kill(name),
    closeStdout: () => void child.stdout.destroy(),
    outSoFar: () => out,
    errSoFar: () => err,
    said: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!out.includes(text) && !err.includes(text) && !isOver) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

/** Anything but printable text and the ends of lines. */
export const notPlain = /(?![\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
