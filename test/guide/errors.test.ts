// Every code is explained, and every code that is explained is given by something.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { embedderErrors, opErrors, stepErrors } from '../../src/guide/error-codes.ts';
import { findingErrors, findingWarnings } from '../../src/guide/finding-codes.ts';
import { defaultLimits } from '../../src/limits.ts';
import { runMain } from '../cli/command-line.ts';
import { errorsPage } from './errors-page.ts';

const source = resolve(import.meta.dirname, '../../src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const code = files
  .filter((name) => !name.startsWith('guide'))
  .map((name) => readFileSync(join(source, name), 'utf8'))
  .join('\n');
const explained = { ...embedderErrors, ...stepErrors, ...opErrors, ...findingErrors, ...findingWarnings };

describe('the page of errors', () => {
  it('is made from the code', async () => {
    await expect(errorsPage()).toMatchFileSnapshot('../../docs/errors.md');
  });

  it.each(Object.entries(explained))(
    'has %s, which something gives, and names what there is',
    (name, { cause, remedy }) => {
      expect(code).toContain(`'${name}'`);
      for (const [, word = ''] of `${cause} ${remedy}`.matchAll(/`([a-z]+[A-Z]\w+)`/g)) {
        expect(Object.keys(defaultLimits).includes(word) || code.includes(word), word).toBe(true);
      }
    },
  );
});

describe('stepwell explain', () => {
  it('says what a code means and what helps', async () => {
    const { status, out } = await runMain(['explain', 'STEP_STALLED']);
    expect(status).toBe(0);
    expect(out).toBe(`STEP_STALLED\n${stepErrors.STEP_STALLED.cause}\n${stepErrors.STEP_STALLED.remedy}\n`);
    expect((await runMain(['explain', 'step_stalled'])).out).toBe(out);
  });

  it('says so when there is no such code', async () => {
    const { status, err } = await runMain(['explain', '__proto__\x1b[2J']);
    expect(status).toBe(2);
    expect(err).toMatch(/^stepwell: There is no code `__PROTO__`/);
  });
});
