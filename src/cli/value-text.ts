// Prints a tenant's JSON value for people, within bounds: as JSON on one line if it fits, else with some of its entries
// each on a line. A value may be huge or nested deeply; what is not shown is not visited.
import { terminalJson } from './terminal-text.ts';

const lineLength = 76;
const linesMost = 24;
const indentMost = 10;
const itemsShown = 5;
const namesShown = 12;
const stringShown = 200;

/** At least one line, the first of them after `label`; all of the value is printable. */
export function valueLines(value: unknown, label = ''): string[] {
  const lines: string[] = [];
  writeValue(value, '', '', lines, label);
  if (lines.length <= linesMost) return lines;
  return [...lines.slice(0, linesMost), '…'];
}

function writeValue(value: unknown, indent: string, comma: string, lines: string[], name = ''): void {
  if (lines.length > linesMost) return;
  const start = indent + name;
  const whole = compact(value, lineLength - start.length);
  if (whole !== null) lines.push(start + whole + comma);
  else if (typeof value === 'object' && indent.length > indentMost)
    lines.push(start + (Array.isArray(value) ? '[…]' : '{…}') + comma);
  else if (Array.isArray(value)) writeArray(value, indent, comma, lines, start);
  else if (typeof value === 'object' && value !== null) writeObject(value, indent, comma, lines, start);
  else lines.push(start + scalar(value) + comma);
}

function writeArray(items: readonly unknown[], indent: string, comma: string, lines: string[], start: string): void {
  const inner = `${indent}  `;
  lines.push(`${start}[`);
  for (const [index, item] of items.slice(0, itemsShown).entries()) {
    writeValue(item, inner, index === items.length - 1 ? '' : ',', lines);
  }
  if (items.length > itemsShown) lines.push(`${inner}… ${items.length - itemsShown} more`);
  lines.push(`${indent}]${comma}`);
}

function writeObject(object: object, indent: string, comma: string, lines: string[], start: string): void {
  const inner = `${indent}  `;
  const entries = Object.entries(object);
  lines.push(`${start}{`);
  for (const [index, [name, value]] of entries.slice(0, namesShown).entries()) {
    writeValue(value, inner, index === entries.length - 1 ? '' : ',', lines, `${quoted(name)}: `);
  }
  if (entries.length > namesShown) lines.push(`${inner}… ${entries.length - namesShown} more`);
  lines.push(`${indent}}${comma}`);
}

/** The value as JSON with spaces, or null if that takes more than `room` characters. */
function compact(value: unknown, room: number): string | null {
  if (typeof value !== 'object' || value === null) {
    const text = scalar(value);
    return text.length <= room ? text : null;
  }
  // Each level takes a character or more, and so does each entry: this ends soon, whatever the value.
  if (room < 0) return null;
  return Array.isArray(value) ? compactArray(value, room) : compactObject(value, room);
}

function compactArray(items: readonly unknown[], room: number): string | null {
  let text = '[';
  for (const item of items) {
    const part = compact(item, room - text.length - 1);
    if (part === null) return null;
    text += text === '[' ? part : `, ${part}`;
  }
  return text.length < room ? `${text}]` : null;
}

function compactObject(object: object, room: number): string | null {
  let text = '{ ';
  for (const key in object) {
    if (text !== '{ ') text += ', ';
    text += `${quoted(key)}: `;
    const part = compact(Reflect.get(object, key), room - text.length - 2);
    if (part === null) return null;
    text += part;
  }
  text = text === '{ ' ? '{}' : `${text} }`;
  return text.length <= room ? text : null;
}

function scalar(value: unknown): string {
  return typeof value === 'string' ? quoted(value) : terminalJson(JSON.stringify(value) ?? 'null');
}

function quoted(text: string): string {
  const left = text.length - stringShown;
  if (left <= 0) return terminalJson(JSON.stringify(text));
  return `${terminalJson(JSON.stringify(text.slice(0, stringShown)))}… ${left} more characters`;
}
