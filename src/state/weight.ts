// What things take in the memory of the embedder's process, in bytes. The numbers are differences of the heap with and without ten
// thousands of each, after a collection (Node 26.10, linux-x64), rounded up. `bench/suites/memory.ts` holds what an account says against the
// heap as it is.
import type { Program } from './run-state.ts';

/** A text beside its characters: header and rounding. */
const textHeader = 24;

/** An open run without its texts: state, store, handle, entries in maps. Measured: 2,669. With an output that is small. */
const runBytes = 4_096;
/** A smaller output is among what a run takes. */
export const smallOutput = 1_024;
/** A step that waits for its turn: 42 as numbers in a long list, 104 as one of the first 64 of its run. */
export const stepBytes = 64;
/** What a step takes beside, from its first attempt to its end: journal, latest attempt, its timer. Measured: 1,055 with the step. */
export const begunBytes = 1_024;
/** A timer of its own for a step that is not due yet. Measured: 304 with the step. */
export const timerBytes = 256;
/** A key of a run's store. Measured: 127 beside its texts. */
export const keyBytes = 128;
/** A list beside its items. Measured: 225 more than a key with a text. */
export const listBytes = 256;
/** A line of a log beside its text. Measured: 128 to 140. */
export const logLineBytes = 144;
/** A run that has ended beside what it is remembered by: handle, entries in maps, promise. Measured: 1,800. */
export const endedRunBytes = 2_048;

/** A checked source beside its texts, and each name of it. */
const programBytesLeast = 512;
const nameBytes = 16;

/** What is not Latin-1 takes two bytes a character. V8 looks at no character of a text that it has as Latin-1. */
const notLatin = /[^\0-\xff]/;

/** What a text takes beyond a byte for each character. */
export function wideBytes(text: string): number {
  return notLatin.test(text) ? text.length : 0;
}

/** `bytes`: of the text in UTF-8, where they are known. A text with one for each character is Latin-1. */
export function textBytes(text: string, bytes = -1): number {
  return textHeader + text.length + (bytes === text.length ? 0 : wideBytes(text));
}

export function bytesOfRun(texts: readonly string[]): number {
  return texts.reduce((bytes, text) => bytes + textBytes(text), runBytes);
}

export function programBytes({ code, methods, identifiers, hash }: Program): number {
  let bytes = programBytesLeast + textBytes(code) + textBytes(hash);
  for (const names of [methods, identifiers]) for (const name of names) bytes += nameBytes + textBytes(name);
  return bytes;
}

/**
 * What JSON text becomes: an object takes 40 to 64 bytes, a list 40 to 56, an item 8 to 24, by what else is in the list, and a text its length and 24.
 * An object with keys like no other takes up to twice what is said here; of records what they have in common is kept once: they take half of it.
 */
const objectBytes = 64;
const arrayBytes = 56;
const itemOverhead = 16;

const quote = 0x22;
const comma = 0x2c;
const bracket = 0x5b;
const backslash = 0x5c;
const brace = 0x7b;

/**
 * What a value takes, as JSON text or as the value that it stands for, whichever is more. Of `[{},{},…]` that is the value, by 20 times. `bytes`: of
 * the text in UTF-8.
 */
export function valueBytes(json: string, bytes: number): number {
  const text = textBytes(json, bytes);
  const first = json.charCodeAt(0);
  return first === brace || first === bracket ? Math.max(text, parsedBytes(json)) : text;
}

/** What one more item of a list takes: with its place, and the comma before it. Items stand in texts that many share. */
export function itemBytes(json: string, bytes: number): number {
  const first = json.charCodeAt(0);
  const isText = first === quote || first === brace || first === bracket;
  return itemOverhead + (isText ? valueBytes(json, bytes) : bytes);
}

function parsedBytes(json: string): number {
  let bytes = textHeader;
  for (let i = 0; i < json.length; i++) {
    const character = json.charCodeAt(i);
    if (character === quote) {
      const end = endOfString(json, i);
      bytes += textHeader + end - i;
      i = end;
    } else if (character === comma) bytes += itemOverhead;
    else if (character === brace) bytes += objectBytes;
    else if (character === bracket) bytes += arrayBytes;
  }
  return bytes;
}

/** So many characters of a string are looked at one by one; in a longer one V8 finds its end faster. */
const nearby = 24;

/** Index of the quote that closes the string that opens at `open`; the end of a text that is no JSON. */
function endOfString(json: string, open: number): number {
  let at = open + 1;
  for (const far = at + nearby; at < far; at++) {
    const character = json.charCodeAt(at);
    if (character === quote) return at;
    if (character === backslash) at++;
  }
  for (let end = json.indexOf('"', at); end >= 0; end = json.indexOf('"', end + 1)) {
    let escapes = 0;
    while (end - escapes > at && json.charCodeAt(end - 1 - escapes) === backslash) escapes++;
    if (escapes % 2 === 0) return end;
  }
  return json.length;
}
