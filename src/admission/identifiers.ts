// The names that leave the check, for whoever opens a cell: only those of which something depends. A source may hold a mebibyte of others.
import { freeNamesMost, identifierLengthMost } from '../protocol/identifiers.ts';
import { globalNames } from '../realm/globals/index.ts';
import { standardNames } from '../realm/standard-globals.ts';
import type { Program } from './parse.ts';
import { placesOf } from './places.ts';
import { resolveNames } from './scopes.ts';
import type { Walked } from './walk.ts';

const known: ReadonlySet<string> = new Set([...globalNames, ...standardNames, 'arguments']);

/**
 * Sorted, each once: the per-step globals that the source mentions; `eval` if it mentions that, or may be read in another way, so that it
 * may name any of them; and, if it can reach the global object, the first {@link freeNamesMost} names that it uses and neither declares
 * nor finds in the realm: what it puts into the global object, it can find by these.
 */
export function identifiersOf(program: Program, { mentioned, reachesGlobal }: Walked, isCertain: boolean): string[] {
  const identifiers = new Set(mentioned);
  if (!isCertain) identifiers.add('eval');
  if (reachesGlobal) for (const name of freeNamesOf(program)) identifiers.add(name);
  return [...identifiers].sort();
}

function freeNamesOf(program: Program): Set<string> {
  const free = new Set<string>();
  for (const { name } of resolveNames(placesOf(program, null)).free) {
    if (free.size >= freeNamesMost) break;
    if (!known.has(name) && name.length <= identifierLengthMost) free.add(name);
  }
  return free;
}
