// Text of a tenant, or of anybody, made fit for a terminal. All that the command line prints and did not write itself
// passes through here: what is left can colour nothing, move no cursor, start no line, and turn no reading direction.

/**
 * Escape sequences: with parameters (CSI), with a text of their own that has an end (OSC, such as titles and links), and
 * short ones. Each character can begin or go on in one way only, so that no text takes long. (Node's own
 * stripVTControlCharacters takes half a minute for some texts of 300 kB, and letters that follow a short sequence.)
 */
const escapeSequences =
  /(?:\x1b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\u009d)[^\x07\x1b\u0080-\u009f]*(?:\x07|\x1b\\|\u009c)|\x1b[ -/]*[0-~]/g;
const lineBreak = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/;
const lineBreaks = new RegExp(lineBreak, 'g');
/** Controls (C0, DEL, C1), format characters such as bidirectional overrides, and separators of lines. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** Of those, the two that words and emoji are spelled with. They join or part letters, and do nothing else. */
const joiners = '\u200c\u200d';
const cutMark = '…';

/** One line of at most `most` characters. Line breaks and tabs become spaces; what does not print is left out. */
export function terminalText(text: string, most = 1_000): string {
  const cut = text.length > most;
  const kept = cut ? text.slice(0, most) : text;
  const line = kept
    .replace(escapeSequences, '')
    .replace(lineBreaks, ' ')
    .replaceAll('\t', ' ')
    .replace(unprintable, (character) => (joiners.includes(character) ? character : ''))
    .toWellFormed();
  return cut ? line + cutMark : line;
}

/** The lines of a text, each fit for a terminal; of the lines beyond `most`, one line says how many there are. */
export function terminalLines(text: string, most: number): string[] {
  const lines = text.split(lineBreak);
  if (lines.at(-1) === '') lines.pop(); // The end of the last line, and not one more line.
  const shown = lines.slice(0, most).map((line) => terminalText(line));
  const left = lines.length - shown.length;
  if (left > 0) shown.push(`${cutMark} ${left} more lines`);
  return shown.length === 0 ? [''] : shown;
}

/** JSON text of one line, with everything escaped that a terminal would not just show. Its value stays the same. */
export function terminalJson(json: string): string {
  return json.replace(unprintable, (character) => character.split('').map(escaped).join(''));
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
