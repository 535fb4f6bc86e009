// How deep a JSON value may be nested: what is written and read without recursion in one place may be too much for a stack elsewhere.
import { charCodeAt, indexOf } from './captured-text.ts';

/**
 * Node's `structuredClone` gives up between 1,000 and 5,000, its `JSON.stringify` between 5,000 and 7,000 (Node 26, an empty stack of
 * 984 KB): an embedder may pass on what it gets.
 */
export const depthMost = 1_000;

const quote = 0x22;
const backslash = 0x5c;
/** Of an array and of an object, whose brackets differ in one bit. */
const opening = 0x7b;
const closing = 0x7d;
const ofArray = 0x20;

/** Whether the text, which has to be JSON, is nested deeper than {@link depthMost}. */
export function isTooDeep(text: string): boolean {
  if (text.length <= depthMost * 2) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = charCodeAt(text, i);
    if (unit === quote) i = endOfString(text, i);
    else if ((unit | ofArray) === closing) depth--;
    else if ((unit | ofArray) === opening && ++depth > depthMost) return true;
  }
  return false;
}

/** The quote that ends the string that begins here: one that no backslash is before, or an even number of them. */
export function endOfString(text: string, start: number): number {
  for (let end = indexOf(text, '"', start + 1); end >= 0; end = indexOf(text, '"', end + 1)) {
    let before = end - 1;
    while (charCodeAt(text, before) === backslash) before--;
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}
