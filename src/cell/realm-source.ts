// Reads the realm's modules once per thread and compiles them into isolates. The realm is written in the same language
// as everything else here; its types are stripped on the way in (a published build has them stripped already).
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

export interface ModuleSource {
  readonly specifier: string;
  readonly code: string;
}

const entrySpecifier = new URL(
  import.meta.url.endsWith('.ts') ? '../realm/entry.ts' : '../realm/entry.js',
  import.meta.url,
);
const allowedRoots = ['../realm/', '../protocol/'].map((path) => new URL(path, import.meta.url).href);

export const realmEntry: string = entrySpecifier.href;

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
