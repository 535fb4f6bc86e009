// What a frame from a worker may be made of, seen before it is decoded: a short list of short lists of texts and numbers. msgpack has
// more to offer a hostile writer (records that become code, extensions, nesting without end), and none of it is wanted.
// Format bytes: https://github.com/msgpack/msgpack/blob/master/spec.md

/** A worker sends each message as soon as it has one. */
const messagesMost = 16;
const fieldsMost = 8;

/** Whether the bytes are one such list with something in it, and nothing else. Texts are stepped over, not read. */
export function isPlainFrame(frame: Uint8Array): boolean {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  try {
    const messages = listAt(view, 0, messagesMost);
    if (messages.length === 0) return false;
    let { at } = messages;
    for (let i = 0; i < messages.length; i++) {
      const message = listAt(view, at, fieldsMost);
      at = message.at;
      for (let k = 0; k < message.length; k++) at = afterScalar(view, at);
    }
    return at === frame.byteLength;
  } catch (error) {
    if (error instanceof RangeError) return false; // Beyond the end, or not what it should be.
    throw error;
  }
}

function listAt(view: DataView, at: number, most: number): { readonly length: number; readonly at: number } {
  const format = view.getUint8(at);
  const list =
    format >= 0x90 && format <= 0x9f
      ? { length: format & 0x0f, at: at + 1 }
      : format === 0xdc
        ? { length: view.getUint16(at + 1), at: at + 3 }
        : null;
  if (list === null || list.length > most) throw new RangeError('No list, or too long a one.');
  return list;
}

/** Bytes after the format byte, of the numbers that have any. */
const numberBytes: Readonly<Record<number, number>> = {
  202: 4, // float 32
  203: 8, // float 64
  204: 1, // uint 8
  205: 2,
  206: 4,
  207: 8,
  208: 1, // int 8
  209: 2,
  210: 4,
  211: 8,
};

function afterScalar(view: DataView, at: number): number {
  const format = view.getUint8(at);
  if (format <= 0x7f || format >= 0xe0) return at + 1; // A small number.
  if (format >= 0xa0 && format <= 0xbf) return at + 1 + (format & 0x1f);
  if (format === 0xd9) return at + 2 + view.getUint8(at + 1);
  if (format === 0xda) return at + 3 + view.getUint16(at + 1);
  if (format === 0xdb) return at + 5 + view.getUint32(at + 1);
  const bytes = numberBytes[format];
  if (bytes === undefined) throw new RangeError('No text and no number.');
  return at + 1 + bytes;
}
