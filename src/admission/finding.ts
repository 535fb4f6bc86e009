// Findings while they are made: by offset. Lines and columns are worked out once, at the end, against the author's text.
// Every piece of the source that gets into a message passes through here, because a message may be shown on a terminal.
import type { Finding, FindingCode } from '../errors.ts';
import { inlineMapOf, originalPlaces } from '../protocol/inline-map.ts';

/** A finding that is not yet located. `offset` counts UTF-16 units of the checked text. */
export interface Fault {
  readonly code: FindingCode;
  readonly message: string;
  readonly offset: number;
}

const findingsMax = 100;
const quotedLengthMax = 60;

/** Control, format (such as bidirectional overrides), unpaired and unassigned characters, and all space but U+0020. */
const unprintable = /(?! )[\p{C}\p{Z}]/gu;

/** The findings in source order, with lines and columns from 1. A source of endless faults gets the first hundred. */
export function locateFaults(faults: readonly Fault[], text: string): Finding[] {
  const sorted = faults.toSorted((a, b) => a.offset - b.offset);
  const kept = sorted.slice(0, findingsMax);
  const firstDropped = sorted[findingsMax];
  if (firstDropped !== undefined) {
    const dropped = sorted.length - findingsMax;
    kept.push({
      ...firstDropped,
      code: 'FINDINGS_CUT',
      message: `From here on, ${dropped} more findings are not shown.`,
    });
  }
  const lineStarts = startsOfLines(text);
  const findings = kept.map(({ code, message, offset }) => {
    const line = countUpTo(lineStarts, offset);
    return { code, message, line, column: offset - (lineStarts[line - 1] ?? 0) + 1 };
  });
  return withOriginals(findings, text);
}

function withOriginals(findings: Finding[], text: string): Finding[] {
  const map = findings.length === 0 ? null : inlineMapOf(text);
  if (map === null) return findings;
  const places = originalPlaces(map, findings);
  return findings.map((finding, at) => {
    const original = places[at] ?? null;
    return original === null ? finding : { ...finding, original };
  });
}

/** Text of the source as it may stand in a message: cut, in double quotes, escaped where it would not print. */
export function quoted(text: string): string {
  const cut = text.length > quotedLengthMax ? `${text.slice(0, quotedLengthMax)}…` : text;
  return JSON.stringify(cut).replace(unprintable, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** A parser's message, which may quote the source: one printable line of bounded length. */
export function printable(text: string): string {
  const cut = text.length > 4 * quotedLengthMax ? `${text.slice(0, 4 * quotedLengthMax)}…` : text;
  return cut.replace(unprintable, '?');
}

export function tooNested(offset: number): Fault {
  return {
    code: 'TOO_NESTED',
    message: 'The source is nested too deeply. Split long expressions and deeply nested blocks into smaller ones.',
    offset,
  };
}

function startsOfLines(text: string): number[] {
  const starts = [0];
  for (const lineEnd of text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) starts.push(lineEnd.index + lineEnd[0].length);
  return starts;
}

/** How many of the ascending numbers are not above `limit`. */
function countUpTo(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Infinity) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
