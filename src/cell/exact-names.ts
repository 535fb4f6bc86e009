// Which per-step globals of a source have to be like the engine's own in all that code can ask of them: the keys of `Math`, what stands
// behind the `constructor` of a date. To make them so takes ten microseconds a step. A source that only calls their members cannot
// tell them from objects that are made in a tenth of a microsecond. Where its text leaves a doubt, they are exact.

import { globalNames } from '../realm/globals/index.ts';

/** How code looks behind a date. The constructor of a class of the source's own is none of these ways. */
const looksBehind = /\.\s*constructor\b|\bconstructor\b(?!\s*\()|prototype|PrototypeOf|__proto__|\bReflect\b/;

/** By name, what a source says of it if it does more than to use it plainly. */
const closeUses: { readonly [name: string]: RegExp } = {
  globalThis: /\bglobalThis\b(?!\s*\??\.\s*(?!(?:Infinity|NaN|undefined)\b)[A-Za-z_$])/,
  Math: /(?<=\bdelete\s+)Math\b|\bMath\b(?!\s*\.\s*[A-Za-z])/,
  Intl: beyondReadsOf('Intl', 'DateTimeFormat'),
  Temporal: beyondReadsOf('Temporal', 'Now'),
  Date: /(?<!\b(?:new|instanceof)\s+)\bDate\b(?!\s*\.\s*(?:now|UTC|parse)\s*\()/,
};

/**
 * A step's own differs in one member from the one that all steps share. It is needed by a source that names that member, changes another one, has the
 * object as a value, or makes code of text.
 */
function beyondReadsOf(name: string, ownMember: string): RegExp {
  const member = String.raw`\s*\??\.\s*`;
  return new RegExp(
    [
      String.raw`\b${name}\b(?!${member}(?!${ownMember}\b)[A-Za-z])`,
      String.raw`\b${name}\s*\.\s*\w+\s*(?:\?\?|\|\||&&)?=(?![=>])`,
      String.raw`(?<=\bdelete\s+)${name}\b`,
      String.raw`\\u`,
      String.raw`\bFunction\s*\(`,
    ].join('|'),
  );
}

const callsFunction = /\bFunction\s*\(/;
const comparesFunction = /\bconstructor\s*(?:[!=]==?|,)\s*Function\b|\bFunction\s*[!=]==?/;

/** `globals`: the names of those that the source is given, of which `globalThis` holds all. */
export function exactNames(
  code: string,
  identifiers: readonly string[],
  globals: readonly string[],
): readonly string[] {
  const hasGlobal = globals.includes('globalThis');
  // Text that becomes code, and the keys of the global object, lead to all of them.
  if (identifiers.includes('eval') || (hasGlobal && isClose('globalThis', code))) {
    return globalNames.filter((name) => name !== 'Function' || isClose(name, code));
  }
  return (hasGlobal ? globalNames : globals).filter((name) => isClose(name, code));
}

function isClose(name: string, code: string): boolean {
  const uses = closeUses[name];
  if (name === 'Function') return makesCode(code);
  return uses === undefined || uses.test(code) || (name === 'Date' && looksBehind.test(code));
}

/**
 * Whether a source that mentions `Function` makes code with it. The step's own makes code that finds the step's globals, but is not the one
 * that functions lead to: a source that compares those has the shared one.
 */
export function makesCode(code: string): boolean {
  return callsFunction.test(code) && !comparesFunction.test(code);
}
