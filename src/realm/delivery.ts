// Reads what is delivered to a cell, field by field and in order: no array of fields, and no text for what is a number.
import { fieldSeparator, recordSeparator } from '../protocol/records.ts';
import { charAt, charCodeAt, ErrorOf, endsWith, indexOf, jsonParse, slice } from './primordials.ts';

const zero = 0x30;
/** A whole number of more digits may be more than a number tells apart. */
const digitsMost = 15;

/** At one place of one delivery. */
export class Delivery {
  #text = '';
  #at = 0;

  /** From the first record of this text on. */
  open(text: string): void {
    if (text !== '' && !endsWith(text, recordSeparator))
      throw new ErrorOf('A delivery ends in the middle of a record.');
    this.#text = text;
    this.#at = 0;
  }

  /** The letter of the next record, empty if there is none: then nothing of the text is kept. */
  letter(): string {
    const letter = charAt(this.#text, this.#at);
    if (letter === '') this.open('');
    this.#at += 2;
    return letter;
  }

  /** A field that is a number of decimal digits. */
  whole(): number {
    let value = 0;
    for (let digit = this.#digit(); digit >= 0; digit = this.#digit()) value = value * 10 + digit;
    return value;
  }

  /** A field with another one behind it. */
  field(): string {
    return this.#until(fieldSeparator);
  }

  /** The text whose JSON text is a field with another one behind it: one that keeps nothing else alive. */
  value(): string {
    return jsonParse(this.field());
  }

  /** The last field of its record. */
  lastField(): string {
    return this.#until(recordSeparator);
  }

  /** The value whose JSON text is the last field; undefined if that is empty. Most are numbers, which need no text of their own. */
  lastValue(): unknown {
    const from = this.#at;
    const value = this.whole();
    const isWhole = charAt(this.#text, this.#at - 1) === recordSeparator && this.#at - 1 - from <= digitsMost;
    if (isWhole && this.#at - 1 > from) return value;
    this.#at = from;
    const text = this.lastField();
    return text === '' ? undefined : jsonParse(text);
  }

  /** -1 for what is none, which is behind it now. */
  #digit(): number {
    const digit = charCodeAt(this.#text, this.#at++) - zero;
    return digit >= 0 && digit <= 9 ? digit : -1;
  }

  #until(separator: string): string {
    const from = this.#at;
    const end = indexOf(this.#text, separator, from);
    this.#at = end + 1;
    return slice(this.#text, from, end);
  }
}
