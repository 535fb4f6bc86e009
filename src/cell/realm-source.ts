// Reads the realm's modules once per thread and compiles them into isolates. The realm is written in the same language
// as everything else here; its types are stripped on the way in (a published build has them stripped already).
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

export interface ModuleSource {
  readonly specifier: string;
  readonly code: string;
}

const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const allowedRoots = ['../realm/', '../protocol/'].map((path) => new URL(path, import.meta.url).href);

/**
 * For a cell that its steps share, for a context that one step has for itself, and for the one that takes out what those have said; and what
 * comes before the realm where the time zone or the locale is not the process's.
 */
export const realmEntries = {
  shared: new URL(`../realm/entry${extension}`, import.meta.url).href,
  own: new URL(`../realm/open-entry${extension}`, import.meta.url).href,
  region: new URL(`../realm/region-entry${extension}`, import.meta.url).href,
  check: new URL(`../realm/check-entry${extension}`, import.meta.url).href,
};

/** Gives the source of a realm module by its URL. Refuses whatever lies outside the realm and the protocol. */
export function createRealmSource(): (specifier: string, referrer?: string) => ModuleSource {
  const sources = new Map<string, ModuleSource>();
  return (specifier, referrer) => {
    const url = new URL(specifier, referrer);
    const known = sources.get(url.href);
    if (known !== undefined) return known;
    if (!allowedRoots.some((root) => url.href.startsWith(root))) {
      throw new Error(`The realm may import from src/realm and src/protocol only, not ${specifier}.`);
    }
    const text = readFileSync(url, 'utf8');
    const source = { specifier: url.href, code: url.href.endsWith('.ts') ? stripTypeScriptTypes(text) : text };
    sources.set(url.href, source);
    return source;
  };
}
