// The page that says what thread containment does not hold: written from what was tried, and the same on every machine.
import { type Attack, type Chapter, endingsOf, type Fate, unheldOf } from './payload.ts';
import type { Tried } from './thread.ts';

const fates: Readonly<Record<Fate | 'held', string>> = {
  died: 'the process dies',
  hung: 'a thread comes back late or never',
  swelled: 'the process takes hundreds of megabytes',
  kept: 'the process keeps more than a hundred megabytes',
  held: 'it is held',
};

export function containmentPage(chapters: readonly Chapter[], tried: ReadonlyMap<string, Tried>): string {
  const all = chapters.flatMap(({ attacks }) => attacks);
  const rows = chapters.map((chapter) => ({ chapter, rows: rowsOf(chapter, tried) }));
  const lost = rows.reduce((sum, { rows }) => sum + rows.length, 0);
  const tables = rows.filter(({ rows }) => rows.length > 0).map(({ chapter, rows }) => tableOf(chapter, rows));
  return [
    '# What containment holds',
    'This page is written by `test/corpus/thread.test.ts` (`npm run test:long -- test/corpus/thread.test.ts -u`). Do not edit it.',
    `The corpus has ${all.length} attacks. Each is run beside an innocent tenant's fan-out of a thousand branches, whose outcome has to be byte for byte what it is alone.`,
    `- \`containment: 'process'\`, the default, holds all ${all.length}: the culprit gets its error, or achieves nothing; everybody else notices nothing.\n` +
      `- \`containment: 'thread'\` holds ${all.length - lost}. The other ${lost} cost the embedder a thread, its memory or its life, always or by chance. They are listed here, with what becomes of the culprit when hosts are processes.`,
    ...tables,
    '',
  ].join('\n\n');
}

function tableOf({ title }: Chapter, rows: readonly string[]): string {
  return [`## ${title}`, '', '| attack | in threads | in processes |', '| --- | --- | --- |', ...rows].join('\n');
}

function rowsOf({ attacks }: Chapter, tried: ReadonlyMap<string, Tried>): string[] {
  return attacks.flatMap((attack) => {
    // One that was not tried this time is taken to fare as it is known to.
    const fate = tried.get(attack.name)?.fate ?? unheldOf(attack)?.[0] ?? 'held';
    const isListed = fate !== 'held' || unheldOf(attack)?.includes('held');
    return !isListed ? [] : [`| ${code(attack.name)} | ${fatesOf(attack, fate)} | ${endings(attack)} |`];
  });
}

/** Where it may end in several ways, all of them: which one it was this time is chance, and so is whether it was held. */
function fatesOf(attack: Attack, fate: Fate | 'held'): string {
  const unheld = unheldOf(attack) ?? [];
  const possible = unheld.includes('held') || unheld.includes(fate) ? unheld : [fate];
  return possible.map((name) => fates[name]).join(', or ');
}

function endings(attack: Attack): string {
  return endingsOf(attack)
    .map((ending) => `\`${ending}\``)
    .join(' or ');
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}
