// An embedder that is killed at any moment, over and over: what it was told before is so afterwards, and what comes of its runs is
// what would have come of them without.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { expected, runIds } from './killed-workflow.ts';

interface Word {
  readonly is: 'up' | 'started' | 'completed' | 'log' | 'ended';
  readonly runId: string;
  readonly [name: string]: unknown;
}

const seed = Number(process.env['STEPWELL_SEED'] ?? Date.now() % 100_000);
const kills = Number(process.env['STEPWELL_KILLS'] ?? 20);
const program = join(import.meta.dirname, 'embedder.ts');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepwell-kills-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What it says until it ends, or is killed so long after it was up. */
async function embed(file: string, withHosts: boolean, killAfterMs: number | null): Promise<Word[]> {
  const args = ['--disable-warning=ExperimentalWarning', program, file, ...(withHosts ? ['hosts'] : [])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const isUp = said === '' && killAfterMs !== null;
    said += text;
    if (isUp) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  });
  await new Promise((resolve) => child.on('close', resolve));
  const whole = said.slice(0, said.lastIndexOf('\n') + 1);
  return whole.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Word]));
}

describe('an embedder that is killed', () => {
  it.each([
    ['alone', false],
    ['with its hosts', true],
  ])('%s, loses nothing that it was told and does nothing twice', async (name, withHosts) => {
    const random = seededRandom(seed);
    const words: Word[] = [];
    for (let left = kills / 2, n = 0; left > 0; n++) {
      const file = join(folder, `${name.replaceAll(' ', '-')}-${n}.db`);
      words.length = 0;
      let ended = 0;
      while (ended < runIds.length) {
        const killAfterMs = left-- > 0 ? random.below(random.below(2) === 0 ? 60 : 1_500) : null;
        words.push(...(await embed(file, withHosts, killAfterMs)));
        ended = new Set(words.filter(({ is }) => is === 'ended').map(({ runId }) => runId)).size;
      }
      check(words, `seed ${seed}, file ${n}`);
    }
  });
});

function check(words: readonly Word[], where: string): void {
  for (const runId of runIds) {
    const own = words.filter((word) => word.runId === runId);
    const last = own.findLast(({ is }) => is === 'ended');
    if (last === undefined) throw new Error(`${where}: run ${runId} has not ended.`);
    const { status, output, steps } = last;
    const { n, items, hooks } = last['store'] as { n: number; items: unknown[]; hooks: unknown[] };
    const logs = last['logs'] as string[];
    const actual = { status, output, n, items: items.map(String).toSorted(), hooks, logs: logs.toSorted(), steps };
    expect(actual, `${where}, run ${runId}`).toEqual(expected);
    // What was told once is not told again, and is part of what came of it.
    const completed = own.flatMap((word) => (word.is === 'completed' ? [word['step']] : []));
    expect(completed.length, where).toBe(new Set(completed).size);
    const told = own.flatMap((word) => (word.is === 'log' ? [String(word['text'])] : []));
    expect(new Set(told).size, where).toBe(told.length);
    expect(expected.logs, where).toEqual(expect.arrayContaining(told));
  }
}
