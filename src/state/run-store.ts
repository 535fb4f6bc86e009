// The keys of one run. Keys and values are JSON text; a list is kept as the texts of its items, so that a push costs the
// same whatever the list's length; a counter is kept as a number. Pure: no clock, no I/O, no events.
import type { ErrorCode } from '../errors.ts';
import type { Limits } from '../limits.ts';
import { type Account, kinds } from './account.ts';
import { ListSnapshot, ListText } from './list-snapshot.ts';
import { lackOfMemory } from './memory-bounds.ts';
import type { TenantState } from './tenant-state.ts';
import { byteLength, countElements, decodedBytes } from './text.ts';
import { valueBytes as costOf, itemBytes, keyBytes as keyOverhead, listBytes, textBytes } from './weight.ts';

/** `bytes`: as JSON in UTF-8. `cost`: what it takes in memory, or would as the value that it stands for. */
type Value =
  | {
      readonly kind: 'text';
      readonly key: string;
      readonly text: string;
      readonly bytes: number;
      readonly cost: number;
    }
  | { readonly kind: 'number'; readonly key: string; value: number; bytes: number; readonly cost: 0 }
  | {
      readonly kind: 'list';
      readonly key: string;
      readonly items: ListText;
      count: number;
      bytes: number;
      cost: number;
    };

/** An op that the store refuses. It has changed nothing. */
export class Refusal {
  readonly code: ErrorCode;
  readonly message: string;

  constructor(code: ErrorCode, message: string) {
    this.code = code;
    this.message = message;
  }
}

/** JSON text, the empty text for undefined, a list to be written out when it is sent, or a refusal. */
export type Reply = string | ListSnapshot | Refusal;

/** A key as JSON text, and its value: a list is written out when somebody wants its text. */
export type StoredEntry = readonly [key: string, value: string | ListSnapshot];

export class RunStore {
  readonly #limits: Limits;
  readonly #tenant: TenantState;
  readonly #memory: Account;
  readonly #values: Map<string, Value> = new Map();
  #bytes = 0;
  #mostBytes = 0;

  /** `memory`: the account of its run. */
  constructor(limits: Limits, tenant: TenantState, memory: Account) {
    this.#limits = limits;
    this.#tenant = tenant;
    this.#memory = memory;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The most that {@link bytes} has been. */
  get mostBytes(): number {
    return this.#mostBytes;
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: string): string | ListSnapshot | Refusal {
    const value = this.#values.get(key);
    if (value === undefined) return 'null';
    if (value.bytes > this.#limits.readBytes) {
      return new Refusal(
        'READ_TOO_LARGE',
        `get may read ${this.#limits.readBytes} bytes, the value has ${value.bytes}.`,
      );
    }
    return value.kind === 'list' ? new ListSnapshot(value.items, value.bytes) : textOf(value);
  }

  set(key: string, text: string): Reply {
    const old = this.#values.get(key);
    const bytes = byteLength(text);
    const tooLarge = this.#refuseValue(bytes);
    if (tooLarge !== null) return tooLarge;
    const cost = costOf(text, bytes);
    const refusal = this.#refuseRoom(key, old, bytes - (old?.bytes ?? 0), cost - (old?.cost ?? 0));
    if (refusal !== null) return refusal;
    this.#put(old, { kind: 'text', key: old?.key ?? key, text, bytes, cost });
    return '';
  }

  push(key: string, item: string): Reply {
    const old = this.#values.get(key);
    if (old !== undefined && old.kind !== 'list' && !isArrayText(old)) {
      return new Refusal('VALUE_NOT_A_LIST', `push appends to a list, but the value at ${key} is ${nameOf(old)}.`);
    }
    const bytes = byteLength(item);
    const around = old === undefined ? 2 : Math.min(1, old.bytes - 2); // brackets, or a comma unless the list is empty
    const tooLarge = this.#refuseValue(bytes);
    if (tooLarge !== null) return tooLarge;
    const cost = itemBytes(item, bytes);
    const refusal = this.#refuseRoom(key, old, bytes + around, cost + (old?.kind === 'list' ? 0 : listBytes));
    if (refusal !== null) return refusal;
    const list = old?.kind === 'list' ? old : this.#put(old, asList(old, old?.key ?? key));
    const added = bytes + (list.count > 0 ? 1 : 0);
    list.items.push(item);
    list.count++;
    list.bytes += added;
    list.cost += cost;
    this.#grow(added, cost);
    return String(list.count);
  }

  increment(key: string, delta: number): Reply {
    const old = this.#values.get(key);
    const current = old === undefined ? 0 : numberOf(old);
    if (current === null || old?.kind === 'list') {
      return new Refusal('VALUE_NOT_A_NUMBER', `increment counts a number, but the value at ${key} is ${nameOf(old)}.`);
    }
    const next = current + delta;
    if (!Number.isFinite(next) || (Number.isInteger(next) && !Number.isSafeInteger(next))) {
      return new Refusal(
        'NUMBER_OUT_OF_RANGE',
        `${current} + ${delta} is not a safe number; the counter stays as it is.`,
      );
    }
    const text = JSON.stringify(next);
    const refusal = this.#refuseRoom(key, old, text.length - (old?.bytes ?? 0), -(old?.cost ?? 0));
    if (refusal !== null) return refusal;
    if (old?.kind === 'number') {
      this.#grow(text.length - old.bytes, 0);
      old.bytes = text.length;
      old.value = next;
    } else {
      this.#put(old, { kind: 'number', key: old?.key ?? key, value: next, bytes: text.length, cost: 0 });
    }
    return text;
  }

  delete(key: string): Reply {
    const old = this.#values.get(key);
    if (old === undefined) return 'false';
    this.#values.delete(key);
    this.#grow(-old.bytes - byteLength(old.key), -old.cost - costOfKey(old.key));
    return 'true';
  }

  /** Every key and its value, in the order in which the keys were first set. */
  *entries(): IterableIterator<StoredEntry> {
    for (const [key, value] of this.#values) {
      yield [key, value.kind === 'list' ? new ListSnapshot(value.items, value.bytes) : textOf(value)];
    }
  }

  #put<V extends Value>(old: Value | undefined, value: V): V {
    const { bytes, cost } = old ?? { bytes: -byteLength(value.key), cost: -costOfKey(value.key) };
    this.#grow(value.bytes - bytes, value.cost - cost);
    this.#values.set(value.key, value);
    return value;
  }

  #grow(bytes: number, cost: number): void {
    this.#bytes += bytes;
    this.#memory.take(kinds.store, cost);
    this.#mostBytes = Math.max(this.#mostBytes, this.#bytes);
    this.#tenant.storeBytes += bytes;
  }

  #refuseValue(bytes: number): Refusal | null {
    const { valueBytes } = this.#limits;
    if (bytes <= valueBytes) return null;
    return new Refusal('VALUE_TOO_LARGE', `A value may have ${valueBytes} bytes as JSON, got ${bytes}.`);
  }

  #refuseRoom(key: string, old: Value | undefined, growth: number, cost: number): Refusal | null {
    const { keyBytes, storeBytesPerRun, storeKeysPerRun } = this.#limits;
    let wanted = growth;
    if (old === undefined) {
      const bytes = byteLength(key);
      if (bytes - 2 > keyBytes && decodedBytes(key) > keyBytes) {
        return new Refusal('KEY_INVALID', `A key may have ${keyBytes} bytes in UTF-8.`);
      }
      if (this.#values.size >= storeKeysPerRun) {
        return new Refusal(
          'STORE_KEYS_EXCEEDED',
          `A run may have ${storeKeysPerRun} keys. Delete some, or use one key for more.`,
        );
      }
      wanted += bytes;
    }
    if (this.#bytes + wanted > storeBytesPerRun) {
      return new Refusal(
        'STORE_BYTES_EXCEEDED',
        `The store of a run may have ${storeBytesPerRun} bytes; it has ${this.#bytes}.`,
      );
    }
    const { limits, storeBytes } = this.#tenant;
    if (wanted > 0 && storeBytes + wanted > limits.storeBytesPerTenant) {
      return new Refusal(
        'TENANT_STORE_BYTES_EXCEEDED',
        `The stores of a tenant's open runs may have ${limits.storeBytesPerTenant} bytes; they have ${storeBytes}.`,
      );
    }
    const costMore = old === undefined ? cost + costOfKey(key) : cost;
    const lack = costMore > 0 ? lackOfMemory(this.#tenant, costMore) : null;
    return lack === null ? null : new Refusal(lack.code, lack.message);
  }
}

function costOfKey(key: string): number {
  return keyOverhead + textBytes(key);
}

function textOf(value: Value & { readonly kind: 'text' | 'number' }): string {
  return value.kind === 'text' ? value.text : JSON.stringify(value.value);
}

function isArrayText(value: Value): boolean {
  return value.kind === 'text' && value.text.startsWith('[');
}

/** The list that a push makes: of nothing, or of the array that `set` had put there, whose inside is pushed as one text. */
function asList(old: Value | undefined, key: string): Value & { kind: 'list' } {
  const items = new ListText();
  if (old === undefined || old.kind !== 'text')
    return { kind: 'list', key, items, count: 0, bytes: 2, cost: listBytes };
  const count = countElements(old.text);
  if (count > 0) items.push(old.text.slice(1, -1));
  return { kind: 'list', key, items, count, bytes: old.bytes, cost: old.cost + listBytes };
}

/** The number a value stands for, or null. JSON numbers start with a digit or a minus sign. */
function numberOf(value: Value): number | null {
  if (value.kind === 'number') return value.value;
  return value.kind === 'text' && /^[-0-9]/.test(value.text) ? Number(value.text) : null;
}

function nameOf(value: Value | undefined): string {
  if (value === undefined || value.kind === 'number') return 'a number';
  if (value.kind === 'list' || value.text.startsWith('[')) return 'a list';
  if (value.text.startsWith('{')) return 'an object';
  if (value.text.startsWith('"')) return 'a string';
  return value.text === 'null' ? 'null' : /^[-0-9]/.test(value.text) ? 'a number' : 'a boolean';
}
