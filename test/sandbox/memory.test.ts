// What a step may take of memory ends near that of its cell, whatever it fills it with, and that is what its failure says.
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { runToEnd, useRunner } from '../harness.ts';

const runner = useRunner({
  retry: { maxAttempts: 1 },
  limits: { hostMemoryMb: 4_096, stepCpuMs: 30_000, stepWallMs: 120_000 },
});

/** The resident memory of the largest host of this process. */
function largestHostMb(): number {
  const sizes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        if (!status.includes(`\nPPid:\t${process.pid}\n`)) return 0;
        return Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) / 1_024;
      } catch {
        return 0; // It has ended.
      }
    });
  return Math.max(...sizes);
}

let timer: NodeJS.Timeout | undefined;
afterEach(() => clearInterval(timer));

describe('a step that fills its memory with', () => {
  it.each([
    ['numbers', 'for (;;) kept.push(new Array(1000).fill(1.5));'],
    ['objects', 'for (;;) kept.push(new Array(1000).fill({}));'],
    ['one object many times', 'const o = {}; for (;;) kept.push(new Array(1000).fill(o));'],
    ['numbers, in long lists', 'for (;;) kept.push(new Array(1e6).fill(1.5));'],
    ['numbers, in a list that is doubled', 'let a = [1.5]; for (;;) a = a.concat(a);'],
    ['numbers, in a map', 'const m = new Map(); for (let n = 0; ; n++) m.set(n, n + 0.5);'],
    ['texts', "for (let n = 0; ; n++) kept.push(('x' + n).repeat(1000).toUpperCase());"],
    ['long numbers', 'for (let n = 1n; ; n++) kept.push((n << 8000n) + 1n);'],
    [
      'what it reads as JSON',
      'const t = JSON.stringify(Array(1e4).fill({ a: 1.5 })); for (;;) kept.push(JSON.parse(t));',
    ],
    [
      'numbers, turn by turn',
      'for (;;) { kept.push(new Array(1000).fill(1.5)); if (kept.length % 1000 === 0) await 0; }',
    ],
  ])('%s', async (_, body) => {
    let largestMb = 0;
    timer = setInterval(() => {
      largestMb = Math.max(largestMb, largestHostMb());
    }, 5);
    const { outcome } = await runToEnd(runner(), { start: `const kept = []; ${body}` });
    expect(outcome.error).toMatchObject({
      code: 'STEP_MEMORY_EXCEEDED',
      message: 'The step used its 64 MB of memory. In which line is not known: V8 does not tell.',
    });
    expect(largestMb).toBeLessThan(600); // A host has some 100 MB; it was 1,040 before turns were looked at.
  });
});
