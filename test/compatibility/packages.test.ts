// Well-known packages in real use, in the sandbox and in plain Node. What runs and what does not is listed in a page that
// this test writes.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import rootManifest from '../../package.json' with { type: 'json' };
import { reportOn } from '../../src/admission/report.ts';
import { runToEnd, useRunner } from '../harness.ts';
import { bundle } from './bundle.ts';
import { type Exception, exceptions } from './exceptions.ts';
import manifest from './package.json' with { type: 'json' };
import { kinds, type Usage } from './packages.ts';
import { compatibilityPage, manifestOf } from './page.ts';
import { type PlainOutcome, runPlainly } from './plain.ts';

/** The largest of them takes a second to check, and more on a machine that is busy. */
const runner = useRunner({ limits: { checkWallMs: 60_000 } });
const asTheyAre = kinds.flatMap(({ packages }) => packages);
const all: readonly Usage[] = [...asTheyAre, ...exceptions];

/** What is used by another's program, or to bundle. */
const unlisted = ['ajv-formats', 'rolldown'];

type Isolation = 'realm' | 'context';

async function expectSameAsPlain(usage: Usage, isolation: Isolation): Promise<void> {
  const source = await bundle(usage);
  const { outcome } = await runToEnd(runner(), source, { isolation });
  expect(outcome).toMatchObject({ status: 'completed', steps: { failed: 0, retried: 0 } });
  const { output, store } = outcome;
  const found: PlainOutcome = { output, store };
  expect(found).toEqual(await runPlainly(source));
  expect(found).toMatchObject(usage.shows);
}

async function expectRefused(exception: Exception, isolation: Isolation): Promise<void> {
  const { outcome } = await runToEnd(runner(), await bundle(exception), { isolation });
  const { error } = outcome;
  expect(outcome).toMatchObject({ status: 'failed', store: {}, error: { code: 'STEP_THREW' } });
  expect(`${error?.name}: ${error?.message}`).toContain(exception.error);
}

const byName = <Of extends Usage>(usages: readonly Of[]) => usages.map((usage) => [usage.program, usage] as const);
const needing = (needs: Exception['needs']) => byName(exceptions.filter((exception) => exception.needs === needs));

describe('gives what it gives in plain Node', () => {
  it.each(byName(asTheyAre))('%s', (_, usage) => expectSameAsPlain(usage, 'realm'));
});

/** Of each kind, what minifiers change most: classes, functions made from text, modules of two systems, generators. */
const minified: readonly string[] = [
  'luxon-zones',
  'zod',
  'decimal.js',
  'noble-hashes',
  'immer',
  'lodash',
  'rxjs',
  'handlebars',
  'jsonata',
];

describe('gives the same minified', () => {
  it.each(byName(asTheyAre).filter(([program]) => minified.includes(program)))('%s', async (_, usage) => {
    const small = { ...usage, isMinified: true };
    await expectSameAsPlain(small, 'realm');
    expect(reportOn(await bundle(small)).warnings).toEqual([]);
  });
});

describe('the check of a bundle', () => {
  it('warns of hardly any package that runs', async () => {
    const warned: string[] = [];
    for (const usage of asTheyAre) {
      const { program } = usage;
      const { warnings } = reportOn(await bundle(usage));
      if (warnings.length > 0) warned.push(`${program}: ${warnings[0]?.message}`);
    }
    // Of one in fifty it may: what leads where is not always written out.
    if (warned.length > asTheyAre.length / 50) expect(warned).toEqual([]);
  }, 180_000);
});

describe('cannot change frozen built-ins', () => {
  it.each(needing('context'))('%s', (_, exception) => expectRefused(exception, 'realm'));
});

describe('gives the same in a context of its own', () => {
  it.each(needing('context'))('%s', (_, exception) => expectSameAsPlain(exception, 'context'));
});

describe('needs what a workflow does not have', () => {
  it.each(needing('more'))('%s', async (_, exception) => {
    await expectRefused(exception, 'realm');
    await expectRefused(exception, 'context');
  });
});

describe('the page', () => {
  it('has every program, and every package that is installed for one', () => {
    const programs = readdirSync(`${import.meta.dirname}/programs`).map((name) => name.replace(/\.js$/, ''));
    expect(all.map(({ program }) => program).toSorted()).toEqual(programs.toSorted());
    const names = new Set([...unlisted, ...all.map((usage) => usage.package ?? usage.program)]);
    expect([...names].toSorted()).toEqual(Object.keys(manifest.devDependencies).toSorted());
  });

  it('is about packages that run no script when they are installed, or are not let run theirs', () => {
    const denied: readonly string[] = Object.entries(rootManifest.allowScripts).flatMap(([name, may]) =>
      may ? [] : [name],
    );
    const scripts = all
      .filter((usage) => !denied.includes(usage.package ?? usage.program))
      .flatMap((usage) => Object.keys(manifestOf(usage).scripts ?? {}));
    expect(scripts.filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
  });

  it('says what is so', async () => {
    await expect(compatibilityPage(kinds, exceptions)).toMatchFileSnapshot('../../docs/compatibility.md');
  });
});
