// Where the author's own files have what stands somewhere in a bundle, by the source map that bundlers write at its end as a comment. The map is the
// tenant's: it is read once per failure and in one pass, which keeps nothing of it, and whatever is wrong with it leaves places as they were.

/** In a source: a line from 1 and a column from 1. */
export interface SourcePlace {
  readonly line: number;
  readonly column: number;
}

export interface OriginalPlace extends SourcePlace {
  /** As the bundler names it: text to be shown, and nothing that is ever opened. */
  readonly file: string;
}

/** A longer one, in base64, is left alone. */
export const mapTextMost = 2 ** 20;
const fileLengthMost = 200;
/** So far behind the comment there may be what the check has added, and further comments. */
const tailMost = 4_096;

const comment =
  /\/\/[#@]\s*sourceMappingURL=data:application\/json;(?:charset=[\w-]{1,20};)?base64,([\w+/=-]*)[^\S\n]*(?:\n|$)/y;
const unprintable = /(?! )[\p{C}\p{Z}]/gu;

/** The map at the end of a source, in base64; null if it has none, or one that is too long. */
export function inlineMapOf(code: string): string | null {
  const at = code.lastIndexOf('sourceMappingURL=');
  if (at < 0) return null;
  comment.lastIndex = Math.max(0, code.lastIndexOf('//', at));
  const [whole = '', map = ''] = comment.exec(code) ?? [];
  const isAtEnd = code.length - (comment.lastIndex || code.length) <= tailMost;
  return whole !== '' && map !== '' && map.length <= mapTextMost && isAtEnd ? map : null;
}

/** The places that the map knows of these, in the same order; null for others. Never throws. */
export function originalPlaces(map: string, places: readonly SourcePlace[]): (OriginalPlace | null)[] {
  const none = places.map(() => null);
  try {
    const read: unknown = JSON.parse(Buffer.from(map, 'base64').toString());
    if (typeof read !== 'object' || read === null) return none;
    const { version, mappings, sources, sourceRoot } = read as Record<string, unknown>;
    if (version !== 3 || typeof mappings !== 'string' || !Array.isArray(sources)) return none;
    const root = typeof sourceRoot === 'string' && sourceRoot !== '' ? `${sourceRoot.replace(/\/$/, '')}/` : '';
    const found = segmentsAt(mappings, places);
    return found.map((segment) => {
      const source: unknown = segment === null ? null : sources[segment.source];
      if (segment === null || typeof source !== 'string' || source === '') return null;
      return { file: fileName(root + source), line: segment.line + 1, column: segment.column + 1 };
    });
  } catch {
    return none; // It is no map. What it would have told is told by the bundle's own lines.
  }
}

/** One printable line. */
function fileName(source: string): string {
  const end = source.slice(-fileLengthMost).toWellFormed().replace(unprintable, '?');
  return source.length > fileLengthMost ? `…${end}` : end;
}

interface Segment {
  readonly source: number;
  readonly line: number;
  readonly column: number;
}

const digits = new Uint8Array(128).fill(255);
for (const [value, char] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries()) {
  digits[char.charCodeAt(0)] = value;
}
const [comma, semicolon] = [44, 59];
/** Lines and columns of no source are greater. */
const numberMost = 2 ** 30;

/**
 * For each place the last segment that begins at it or before it in its line. Numbers are counted on from segment to segment, so that all of them are read up to
 * the last line that is asked for. Throws a RangeError if there is something else than segments.
 */
function segmentsAt(mappings: string, places: readonly SourcePlace[]): (Segment | null)[] {
  const found: (Segment | null)[] = places.map(() => null);
  const asked = places
    .map(({ line, column }, index) => ({ line: line - 1, column: column - 1, index }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
  /** Of the column in the bundle, the source, the line, column and name in it; and how many of these the segment has. */
  const fields = new Float64Array(6);
  let line = 0;
  let next = 0;
  let before: Segment | null = null;
  /** Gives the segment to those that are asked for up to this column. */
  const settle = (column: number): void => {
    for (let one = asked[next]; one?.line === line && one.column < column; one = asked[++next])
      found[one.index] = before;
  };
  for (let at = 0; at <= mappings.length && next < asked.length; ) {
    const char = at === mappings.length ? semicolon : mappings.charCodeAt(at);
    if (char === comma) at++;
    else if (char === semicolon) {
      settle(Infinity);
      before = null;
      fields[0] = 0;
      line++;
      at++;
    } else {
      at = readSegment(mappings, at, fields);
      if (asked[next]?.line !== line) continue;
      settle(fields[0] ?? 0);
      before = segmentOf(fields);
    }
  }
  return found;
}

/** One with a column only is a piece that is of no file. */
function segmentOf(fields: Float64Array): Segment | null {
  const [source = 0, line = 0, column = 0] = [fields[1], fields[2], fields[3]];
  return (fields[5] ?? 0) >= 4 ? { source, line, column } : null;
}

/** Adds the numbers of one segment to the fields. Returns where it ends. */
function readSegment(text: string, start: number, fields: Float64Array): number {
  let at = start;
  let count = 0;
  for (; at < text.length && text.charCodeAt(at) !== comma && text.charCodeAt(at) !== semicolon; count++) {
    let value = 0;
    let digit = 32;
    for (let scale = 1; (digit & 32) !== 0; at++, scale *= 32) {
      digit = digits[text.charCodeAt(at)] ?? 255; // Beyond the end there is none.
      if (digit === 255 || scale > numberMost) throw new RangeError('Not a number in base64.');
      value += (digit & 31) * scale;
    }
    const sum = (fields[count] ?? 0) + (value % 2 === 0 ? value / 2 : -(value - 1) / 2);
    if (count > 4 || sum < 0 || sum > numberMost) throw new RangeError('Not a number of a map.');
    fields[count] = sum;
  }
  fields[5] = count;
  return at;
}
