// Ledgers that earlier versions have written say today what they said then. One that no longer does means that a change of the rules has
// changed runs that are kept in somebody's file: it needs a version of its own, not another expectation.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { endedRunOf } from '../../src/runner/ended-run.ts';
import { outcomeOf } from '../../src/runner/outcome.ts';
import { remade } from '../../src/runner/recovery.ts';
import type { KeptRun } from './kept/kept-run.ts';

const folder = join(import.meta.dirname, 'kept');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe.each(files)('what %s has kept', (file) => {
  const runs = JSON.parse(readFileSync(join(folder, file), 'utf8')) as KeptRun[];

  it.each(runs.map((run) => [run.name, run] as const))('of a run that was %s', async (_, { stored, outcome, logs }) => {
    const run = await remade(stored);
    const ended = endedRunOf(run);
    const now = JSON.parse(JSON.stringify(ended === null ? null : outcomeOf(ended)));
    // Since then an error says what its step had used, and of what; and a cancellation what each step had, and how many are not listed.
    for (const later of ['usage', 'limits']) if (!(later in (outcome.error ?? {}))) delete now.error?.[later];
    const { cancellation } = now ?? {};
    if (!('stepsOmitted' in (outcome.cancellation ?? {}))) {
      delete cancellation?.stepsOmitted;
      for (const step of cancellation?.interrupted ?? []) delete step.usage;
    }
    // And an outcome lists all that failed.
    if (!('failures' in (outcome ?? {})) && now !== null) {
      expect(now.failures.filter(({ step }: { step: string }) => step === now.error?.step)).toMatchObject(
        now.error === undefined ? [] : [now.error],
      );
      delete now.failures;
      delete now.failuresOmitted;
    }
    expect(now).toEqual(outcome);
    expect(run.logs).toEqual(logs);
  });

  it('has lines of every kind but divergences', () => {
    const text = runs.flatMap(({ stored }) => stored.ledger as string[]).join('');
    const kinds = new Set(text.split('\n').map((line) => line[0] ?? ''));
    expect([...kinds].toSorted().join('')).toBe('ABCEFLNOPSUWX');
  });
});
