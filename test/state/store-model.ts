// A store as one would write it without a thought for speed: JavaScript values in a Map, sizes measured anew each time.
import type { Limits } from '../../src/limits.ts';

export type ModelOp = 'get' | 'set' | 'push' | 'increment' | 'delete';

export class StoreModel {
  readonly #limits: Limits;
  readonly #texts: Map<string, string> = new Map();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** The reply as text, or the code of the refusal. */
  apply(op: ModelOp, key: string, text: string, delta: number): string {
    const old = this.#texts.get(key);
    switch (op) {
      case 'get':
        return old !== undefined && bytesOf(old) > this.#limits.readBytes ? 'READ_TOO_LARGE' : (old ?? 'null');
      case 'delete':
        return String(this.#texts.delete(key));
      case 'set':
        return this.#tooLarge(text) ?? this.#store(key, text, '');
      case 'push':
        return this.#push(key, old, text);
      case 'increment':
        return this.#increment(key, old, delta);
    }
  }

  entries(): [string, string][] {
    return [...this.#texts];
  }

  bytes(): number {
    return this.entries().reduce((sum, [key, text]) => sum + bytesOf(key) + bytesOf(text), 0);
  }

  #push(key: string, old: string | undefined, item: string): string {
    if (old !== undefined && !old.startsWith('[')) return 'VALUE_NOT_A_LIST';
    const inside = old === undefined ? '' : old.slice(1, -1);
    const list = `[${inside === '' ? item : `${inside},${item}`}]`;
    const items: unknown[] = JSON.parse(list);
    return this.#tooLarge(item) ?? this.#store(key, list, String(items.length));
  }

  #increment(key: string, old: string | undefined, delta: number): string {
    const current: unknown = JSON.parse(old ?? '0');
    if (typeof current !== 'number') return 'VALUE_NOT_A_NUMBER';
    const next = current + delta;
    if (!Number.isFinite(next) || (Number.isInteger(next) && !Number.isSafeInteger(next))) return 'NUMBER_OUT_OF_RANGE';
    return this.#store(key, String(next), String(next));
  }

  #tooLarge(text: string): string | undefined {
    return bytesOf(text) > this.#limits.valueBytes ? 'VALUE_TOO_LARGE' : undefined;
  }

  #store(key: string, text: string, reply: string): string {
    const { keyBytes, storeKeysPerRun, storeBytesPerRun } = this.#limits;
    const old = this.#texts.get(key);
    if (old === undefined && bytesOf(String(JSON.parse(key))) > keyBytes) return 'KEY_INVALID';
    if (old === undefined && this.#texts.size >= storeKeysPerRun) return 'STORE_KEYS_EXCEEDED';
    const growth = bytesOf(text) - (old === undefined ? -bytesOf(key) : bytesOf(old));
    if (this.bytes() + growth > storeBytesPerRun) return 'STORE_BYTES_EXCEEDED';
    this.#texts.set(key, text);
    return reply;
  }
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
