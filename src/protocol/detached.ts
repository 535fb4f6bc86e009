// Texts that outlive the one that they were cut from.

/** V8 shares substrings from this length on with the text that they were cut from. */
const sharedFromLength = 13;
const scratch = Buffer.allocUnsafeSlow(4_096);

/**
 * A copy that keeps nothing else alive. A field is a window on the whole text of its turn; kept as it is, a value of
 * 20 bytes would hold megabytes for as long as its run is open.
 */
export function detached(text: string): string {
  if (text.length < sharedFromLength) return text;
  if (text.length * 3 > scratch.length) return Buffer.from(text, 'utf8').toString('utf8');
  return scratch.toString('utf8', 0, scratch.write(text, 'utf8'));
}
