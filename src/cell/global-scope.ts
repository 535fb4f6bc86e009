// Lets a source find under its bare name what it has put into its `globalThis`. That is an object of the step and not the global object of the
// engine, so the source is compiled inside of a `with` of it. V8 looks up each name there anew, which is slow: names that the realm gives are
// bound to parameters inside of it, as they are without, and a source that needs none of this has no `with` around it.
import { standardNames } from '../realm/standard-globals.ts';

/** What source text may set by name: `globalThis.NAME = …`, `??=` and the like. */
const settings = /\bglobalThis\s*\.\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*(?:\?\?|\|\||&&)?=(?!=)/gu;
/** Not to be bound: a direct call of `eval` has to be one of the engine's, and the others are no names of variables. */
const unbound: ReadonlySet<string> = new Set(['eval', 'undefined', 'Infinity', 'NaN']);

/**
 * The names that are bound inside of the `with`; null if the source needs none. `globals`: the per-step globals that it is given.
 * `identifiers`: besides these, names that it uses and that the realm does not give.
 */
export function boundNames(
  code: string,
  identifiers: readonly string[],
  globals: readonly string[],
): readonly string[] | null {
  if (!globals.includes('globalThis')) return null;
  const set = new Set(Array.from(code.matchAll(settings), ([, name]) => name));
  const given = new Set([...globals, ...standardNames].filter((name) => !unbound.has(name)));
  const isFree = (name: string): boolean => name !== 'eval' && !given.has(name);
  const bound = [...given].filter((name) => !set.has(name));
  return bound.length < given.size || identifiers.some(isFree) ? bound : null;
}

/** `inner`: the text of a function with `names` as its parameters. The result has `globals` as its own. */
export function inGlobalScope(inner: string, globals: readonly string[], names: readonly string[]): string {
  const values = names.map((name) => `globalThis.${name}`).join(', ');
  return `(function (${globals.join(', ')}) { with (globalThis) return ${inner}(${values}); })`;
}
