// Erases TypeScript's types, leaving everything else at its line and column. The eraser inside Node is WebAssembly with
// a stack of its own: nesting that overflows it leaves it broken for its whole thread, for every later source. So for
// sources that are not trusted this runs in a thread per source: see type-eraser-thread.ts.
import { stripTypeScriptTypes } from 'node:module';
import { type Fault, printable, tooNested } from './finding.ts';
import { sourceEnded } from './parse.ts';

export type Erasure = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly fault: Fault };
export type EraseTypes = (source: string) => Erasure;

/** Never throws. Node says once per thread, by an `ExperimentalWarning`, that its eraser is experimental. */
export function eraseTypes(source: string): Erasure {
  try {
    const text = stripTypeScriptTypes(source, { mode: 'strip' });
    if (text.length === source.length) return { ok: true, text };
    return { ok: false, fault: notErasable('Types could not be erased at their place.', 0) };
  } catch (error) {
    return { ok: false, fault: faultOf(error, source) };
  }
}

/** What the eraser leaves alone, what to write in its place, and how the eraser calls it. */
const insteadOf: readonly (readonly [what: string, instead: string, pattern: RegExp])[] = [
  ['An `enum`', 'Write an object: `const Status = { Open: 0, Done: 1 } as const;`.', /\benum\b/],
  ['A `namespace`', 'Write an object, or functions and constants at the top level.', /\bnamespace\b/],
  [
    'A parameter property',
    'Declare a field, and assign it in the constructor: `#name; constructor(name: string) { this.#name = name; }`.',
    /parameter property/,
  ],
  ['`<Type>value`', 'Write `value as Type`.', /angle-bracket/],
  ['`import … = require(…)`', 'Bundle what it imports into this source, or write `import type`.', /import equals/],
  ['`export =`', 'Write `export class Workflow`.', /export assignment/],
];

/** The answer for a source whose eraser was lost together with its thread. */
export function eraserLost(): Erasure {
  return { ok: false, fault: tooNested(0) };
}

function faultOf(error: unknown, source: string): Fault {
  if (!(error instanceof Error) || !('code' in error)) return tooNested(0);
  const offset = offsetOf(error, source);
  if (error.code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') return notErasable(error.message, offset);
  if (error.code === 'ERR_INVALID_TYPESCRIPT_SYNTAX') {
    return { code: 'SYNTAX_ERROR', message: endsEarly(error) ? sourceEnded : printable(error.message), offset };
  }
  // What is left is the eraser's own end: an overflow or, if it meets a defect of its own, an abort.
  return tooNested(0);
}

function notErasable(message: string, offset: number): Fault {
  const [what, instead] = insteadOf.find(([, , pattern]) => pattern.test(message)) ?? [];
  const given =
    what === undefined ? printable(message).replace(/\.$/, '') : `${what} does more than go away with its types`;
  return {
    code: 'TYPES_NOT_ERASABLE',
    message: `${given}. ${instead ?? 'Write it in JavaScript, or compile it first.'}`,
    offset,
  };
}

/**
 * The eraser tells its position only in a drawing at the top of the stack: `:LINE`, some lines of the source, and carets
 * under the culprit. Where it draws no carets, the culprit is a whole statement or the end of the source.
 */
function offsetOf(error: Error, source: string): number {
  const drawing = /^[^\n]{0,200}?:(\d{1,9})\n(.*?)\n\nSyntaxError[ :]/s.exec(error.stack ?? '');
  if (drawing === null) return 0;
  const lineStart = startOfLine(source, Number(drawing[1]));
  const line = /^[^\n]*/.exec(source.slice(lineStart, lineStart + 10_000))?.[0] ?? '';
  const carets = /^( *)\^+$/m.exec(drawing[2] ?? '')?.[1];
  if (carets !== undefined) return lineStart + unitsOfWidth(line, carets.length);
  return lineStart + (endsEarly(error) ? line.trimEnd().length : line.length - line.trimStart().length);
}

function endsEarly(error: Error): boolean {
  return /^Unexpected eof|got '<eof>'/.test(error.message);
}

function startOfLine(source: string, line: number): number {
  let start = 0;
  for (let current = 1; current < line; current += 1) {
    const lineEnd = source.indexOf('\n', start);
    if (lineEnd < 0) break;
    start = lineEnd + 1;
  }
  return start;
}

/** How many UTF-16 units of the line are drawn over `width` columns of a terminal. */
function unitsOfWidth(line: string, width: number): number {
  let units = 0;
  let columns = 0;
  for (const character of line) {
    if (columns >= width) break;
    columns += character === '\t' ? 4 : columnsOf(character);
    units += character.length;
  }
  return units;
}

function columnsOf(character: string): number {
  if (/\p{M}/u.test(character)) return 0;
  const isWide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
    character,
  );
  return isWide || character.length === 2 ? 2 : 1;
}
