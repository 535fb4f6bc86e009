// Names of variables that a cell is told of, and what they have to be: they become names of parameters in the text around a source.

/** Names of one source that it neither declares nor finds in the realm. Of one that has more, the first ones are told. */
export const freeNamesMost = 256;
/** In UTF-16 units. */
export const identifierLengthMost = 100;
/** Free names, per-step globals and `eval`. */
export const identifiersMost = 2 * freeNamesMost;

export function isIdentifier(name: string): boolean {
  return name.length <= identifierLengthMost && /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u.test(name);
}
