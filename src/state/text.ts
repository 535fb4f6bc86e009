// JSON text as it came from a step. It is measured, kept and passed on, never parsed to be stored.

/** Bytes of `text` in UTF-8. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** Bytes in UTF-8 of the string that a JSON string stands for: an escape counts as what it escapes. */
export function decodedBytes(stringText: string): number {
  let bytes = byteLength(stringText) - 2;
  for (let i = 1; i < stringText.length - 1; i++) {
    if (stringText[i] !== '\\') continue;
    i++;
    if (stringText[i] !== 'u') bytes -= 1;
    else bytes -= stringText.startsWith('u00', i) ? 5 : 3; // a control character, or a surrogate without its other half
  }
  return bytes;
}

/** How many elements a JSON array has, from its text: top-level commas, outside strings. */
export function countElements(arrayText: string): number {
  let depth = 0;
  let count = 0;
  let empty = true;
  for (let i = 1; i < arrayText.length - 1; i++) {
    const c = arrayText[i];
    empty = false;
    if (c === '"') i = endOfString(arrayText, i);
    else if (c === '[' || c === '{') depth++;
    else if (c === ']' || c === '}') depth--;
    else if (c === ',' && depth === 0) count++;
  }
  return empty ? 0 : count + 1;
}

/** Index of the quote that closes the string that opens at `open`. */
function endOfString(text: string, open: number): number {
  let i = open + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i;
}
