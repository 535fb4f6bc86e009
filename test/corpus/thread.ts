// Tries attacks on thread containment, each in an embedder that may be lost. Those that it holds share embedders.
import { canaryStart } from './canary.ts';
import { embed, type Fared } from './child.ts';
import { startOfAttack, tenantOf } from './held.ts';
import type { Attack, Fate } from './payload.ts';
import { limitsOf } from './settings.ts';
import type { Trial } from './trial.ts';

/** What became of one attack, and of the embedder that it was tried in. */
export interface Tried {
  readonly attack: Attack;
  readonly fate: Fate | 'held';
  /** Null where the embedder was lost before it could tell. */
  readonly trial: Trial | null;
  readonly words: string;
  /** What its embedder, its runner closed, has kept of the memory that it took. */
  readonly keptMb: number;
}

const embeddersAtOnce = 3;
const attacksPerEmbedder = 20;
/** What is known to hang is soon given up; everything else is given all the time that it needs. */
const patienceMs = { hung: 1_500, other: 60_000 };
/**
 * An embedder that has taken so much more than it had is one that a cell's 32 MB do not bind: most attacks alone take less
 * than 300. What those that share an embedder leave adds up.
 */
const swelledMb = { alone: 400, together: 1_200 };
/** How much more memory an embedder may have, its runner closed, than with one that has run a few steps. */
export const keptMbMost = { alone: 100, together: 200 };

export async function tryAll(attacks: readonly Attack[]): Promise<Map<string, Tried>> {
  const results = new Map<string, Tried>();
  const queue = batches(attacks);
  await Promise.all(
    Array.from({ length: embeddersAtOnce }, async () => {
      for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
        const tried = await tryBatch(batch);
        for (const one of tried) results.set(one.attack.name, one);
        // The embedder was lost on the way: those behind get another.
        if (tried.length < batch.length) queue.push(batch.slice(tried.length));
      }
    }),
  );
  return results;
}

function batches(attacks: readonly Attack[]): Attack[][] {
  const alone = attacks.filter(({ unheld }) => unheld !== undefined).map((attack) => [attack]);
  const together = attacks.filter(({ unheld }) => unheld === undefined);
  const groups = Array.from({ length: Math.ceil(together.length / attacksPerEmbedder) }, (_, n) =>
    together.slice(n * attacksPerEmbedder, (n + 1) * attacksPerEmbedder),
  );
  return [...groups, ...alone];
}

/** One after the other, so that it is plain which of them an embedder was lost to. */
async function tryBatch(batch: readonly Attack[]): Promise<Tried[]> {
  const limitsByTenant = Object.fromEntries(batch.map((attack) => [tenantOf(attack), limitsOf(attack)]));
  const order = { limitsByTenant, canary: canaryStart, attacks: batch.map(startOfAttack) };
  const hangs = batch.some(({ unheld = [] }) => unheld.includes('hung'));
  const fared = await embed(order, hangs ? patienceMs.hung : patienceMs.other);
  // Lost while one was tried, it is that one's doing; lost after the last one, it is the last one's.
  const tried = batch.slice(0, fared.end === 'exited' ? batch.length : Math.max(1, fared.trials.length + 1));
  return tried.map((attack, n) => triedOf(attack, n, fared, n === tried.length - 1));
}

function triedOf(attack: Attack, n: number, fared: Fared, isLast: boolean): Tried {
  const { trials, words, closed } = fared;
  const keptMb = closed === null ? 0 : closed.residentMb - closed.residentMbBefore;
  const fate = (isLast ? endOf(fared) : null) ?? (hasSwelled(attack, n, fared) ? 'swelled' : null);
  // What is kept of many attacks is put down to none of them.
  const hasKept = attack.unheld !== undefined && keptMb > keptMbMost.alone;
  return { attack, fate: fate ?? (hasKept ? 'kept' : 'held'), trial: trials[n]?.trial ?? null, words, keptMb };
}

function endOf({ end }: Fared): Fate | null {
  if (end === 'died') return 'died';
  return end === 'late' ? 'hung' : null;
}

function hasSwelled({ unheld }: Attack, n: number, { trials, readyMb }: Fared): boolean {
  const most = readyMb + (unheld === undefined ? swelledMb.together : swelledMb.alone);
  const peakMb = trials[n]?.peakMb ?? 0;
  return peakMb > most && (trials[n - 1]?.peakMb ?? 0) <= most;
}
