// What takes long to be checked goes on elsewhere after a slice, so that it holds up nobody else.
import { expect, it } from 'vitest';
import { SlicedChecks } from '../../src/pool/sliced-checks.ts';
import type { Checked, CheckPool } from '../../src/pool/threads.ts';

const passed: Checked = { ok: false, findings: [] };
let asked: string[];
let started: number;

/** A pool in which each source takes as many ms as it says. */
function poolNamed(name: string): CheckPool {
  const check = async (source: string, wallMs: number): Promise<Checked> => {
    asked.push(`${name} ${source} ${wallMs}`);
    return Number(source) > wallMs ? 'late' : passed;
  };
  const report = async (source: string, wallMs: number) => (await check(source, wallMs)) as 'late';
  return { check, report, close: async () => void asked.push(`${name} closed`) };
}

function checks(): SlicedChecks {
  asked = [];
  started = 0;
  return new SlicedChecks(poolNamed('short'), () => {
    started++;
    return poolNamed('long');
  });
}

it('a source that is read within its slice is read once, and no second pool is started', async () => {
  const pool = checks();
  expect(await pool.check('100', 5_000, 'a')).toBe(passed);
  await pool.close();
  expect([asked, started]).toEqual([['short 100 201', 'short closed'], 0]);
});

it('a source that takes longer is read elsewhere, with all its time; one pool is for all of them', async () => {
  const pool = checks();
  expect(await pool.check('900', 5_000, 'a')).toBe(passed);
  expect(await pool.report('6000', 5_000, 'b')).toBe('late');
  await pool.close();
  expect(asked).toEqual([
    'short 900 201',
    'long 900 5000',
    'short 6000 201',
    'long 6000 5000',
    'short closed',
    'long closed',
  ]);
  expect(started).toBe(1);
});

it('a source has no more time than it may take, and is not read twice when that was a slice', async () => {
  const pool = checks();
  expect(await pool.check('900', 150, 'a')).toBe('late');
  expect(asked).toEqual(['short 900 150']);
});

it('a large source has a longer slice', async () => {
  const pool = checks();
  await pool.check(' '.repeat(2 ** 20), 5_000, 'a');
  expect(asked[0]).toContain(' 600');
});

it('nothing is started for what was late because the pool is closed', async () => {
  const pool = checks();
  const late = pool.check('900', 5_000, 'a');
  await pool.close();
  expect([await late, started]).toEqual(['late', 0]);
});
