// What thread containment holds, and what it does not: the latter is listed in a page that this test writes.
import { beforeAll, describe, expect, it } from 'vitest';
import { createRunner } from '../../src/index.ts';
import { canaryStart } from './canary.ts';
import { expectHeld } from './held.ts';
import { containmentPage } from './page.ts';
import { unheldOf } from './payload.ts';
import { corpus } from './payloads/index.ts';
import { keptMbMost, type Tried, tryAll } from './thread.ts';
import { runCanary } from './trial.ts';

const all = corpus.flatMap((chapter) => chapter.attacks);
/** Every fourth one, for this file takes longest of all; the soak tries them all. Hosts are always tried with all. */
const each = process.env['STEPWELL_ALL_ATTACKS'] === '1' ? 1 : 4;
const [known, unknown] = [all.filter(unheldOf), all.filter((attack) => unheldOf(attack) === undefined)];
const held = unknown.filter((_, at) => at % each === 0);
const attacks = [...held, ...known.filter((_, at) => at % each === 0)];

let tried: ReadonlyMap<string, Tried>;
let canaryAlone: string;

beforeAll(async () => {
  const runner = await createRunner({ containment: 'thread', workers: 2 });
  canaryAlone = await runCanary(runner, canaryStart);
  await runner.close();
  tried = await tryAll(attacks);
}, 600_000);

it('each attack has a name of its own', () => {
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});

describe('thread containment holds', () => {
  it.each(held.map((attack) => [attack.name, attack] as const))('%s', (name, attack) => {
    const one = tried.get(name);
    expect(one?.fate, one?.words).toBe('held');
    if (!one?.trial) throw new Error('It was not tried.');
    expectHeld(attack, one.trial, canaryAlone);
  });
});

it('an embedder that held them has its memory back', () => {
  const kept = held.map(({ name }) => tried.get(name)?.keptMb ?? 0);
  expect(Math.max(...kept)).toBeLessThan(keptMbMost.together);
});

it('what it does not hold is listed', async () => {
  await expect(containmentPage(corpus, tried)).toMatchFileSnapshot('../../docs/containment.md');
});
