// Turns whatever a tenant threw into text, inside the timed turn. The thrown value may be anything: null, a promise, a proxy, an
// object whose getters throw. Nothing here may throw, and what loops is cut by the turn's timer.
import {
  aggregatedMost,
  causeLengths,
  causesMost,
  fieldLengths,
  fieldsMost,
  rejectedJsonLength,
  type ThrownFields,
  type ThrownLengths,
  type ThrownPart,
  type ThrownText,
  thrownJsonLength,
  thrownLengths,
} from '../protocol/records.ts';
import { authorLines } from './author-lines.ts';
import { formatLog } from './globals/log-text.ts';
import { isMistaken } from './mistakes.ts';
import {
  append,
  type BareList,
  bareList,
  defineOwn,
  indexOf,
  isArray,
  isError,
  isFiniteNumber,
  isFrozen,
  isPromise,
  jsonStringify,
  objectKeys,
  objectPrototype,
  reflectGet,
  slice,
  startsWith,
} from './primordials.ts';

/** As JSON. `hasBegun`: whether it was thrown by the method, and not by what is evaluated before that. */
export function thrownJson(thrown: unknown, hasBegun: boolean): string {
  const text = readableText(thrown, hasBegun);
  const json = written(text);
  if (json.length <= thrownJsonLength) return json;
  const { name, message, stack, code, retryable, isMistake } = text;
  return written({ name, message, stack, code, retryable, ...(isMistake === undefined ? {} : { isMistake }) });
}

/** Of an unhandled rejection: what is told besides its message and its stack. */
export function rejectedJson(thrown: unknown): string {
  const { name, code, retryable, isMistake, ...more } = readableText(thrown, true);
  const core = { name, message: '', stack: '', code, retryable, ...(isMistake === undefined ? {} : { isMistake }) };
  const json = written({ ...more, ...core });
  return json.length <= rejectedJsonLength ? json : written(core);
}

/** Only what it says, for an error of which no more is told. */
export function messageOf(thrown: unknown): string {
  return partOf(thrown, thrownLengths).message;
}

/** Of what not even its kind can be asked for, such as a revoked proxy, only that. */
function readableText(thrown: unknown, hasBegun: boolean): ThrownText {
  try {
    return thrownText(thrown, hasBegun);
  } catch {
    return { ...bare('What was thrown cannot be read.', thrownLengths), retryable: true };
  }
}

function thrownText(thrown: unknown, hasBegun: boolean): ThrownText {
  const { fields, ...part } = partOf(thrown, thrownLengths);
  const retryable = attempt(() => (isObject(thrown) ? reflectGet(thrown, 'retryable') : undefined));
  const isMistake = retryable !== true && (!hasBegun || isMistaken(thrown, part));
  const causes = causesOf(thrown);
  const errors = aggregatedOf(thrown);
  return {
    ...part,
    retryable: retryable !== false,
    ...(isMistake ? { isMistake } : {}),
    ...(fields === undefined ? {} : { fields }),
    ...(causes.length === 0 ? {} : { causes: causes as unknown as readonly ThrownPart[] }),
    ...(errors.length === 0 ? {} : { errors: errors as unknown as readonly ThrownPart[] }),
  };
}

function partOf(thrown: unknown, most: ThrownLengths): ThrownPart {
  if (!isObject(thrown) || typeof thrown === 'function') return bare(formatLog([thrown]), most);
  if (isPromise(thrown)) return bare('A promise was thrown. Await it, and throw what it was rejected with.', most);
  const message = attempt(() => saidOf(thrown));
  const name = attempt(() => reflectGet(thrown, 'name'));
  const stack = attempt(() => reflectGet(thrown, 'stack'));
  const fields = fieldsOf(thrown);
  return {
    name: typeof name === 'string' ? slice(name, 0, most.name) : 'Error',
    message: typeof message === 'string' ? slice(message, 0, most.message) + hintOf(thrown, message) : '',
    stack: typeof stack === 'string' ? authorLines(stack, most.stack) : '',
    code: codeText(
      attempt(() => reflectGet(thrown, 'code')),
      most.code,
    ),
    ...(fields === null ? {} : { fields }),
  };
}

/** Of an object that has no message, all that it holds. */
function saidOf(thrown: object): unknown {
  const message: unknown = reflectGet(thrown, 'message');
  return message === undefined && objectKeys(thrown).length > 0 ? formatLog([thrown]) : message;
}

/** What V8 says of a change to what is frozen does not say that built-ins are. */
function hintOf(thrown: object, message: string): string {
  if (!isFrozen(objectPrototype) || !isError(thrown) || message.length > 500) return '';
  const isOfFrozen =
    startsWith(message, 'Cannot assign to read only property') ||
    startsWith(message, 'Cannot delete property') ||
    startsWith(message, 'Cannot redefine property') ||
    indexOf(message, 'object is not extensible') >= 0;
  return isOfFrozen ? frozenHint : '';
}

const frozenHint = " (Built-ins are frozen here. With `isolation: 'context'` each step may change its own.)";

function bare(message: string, most: ThrownLengths): ThrownPart {
  return { name: 'Error', message: slice(message, 0, most.message), stack: '', code: '' };
}

function codeText(code: unknown, most: number): string {
  if (typeof code === 'number') return `${code}`;
  return typeof code === 'string' ? slice(code, 0, most) : '';
}

/** What has a place of its own. */
function isToldElsewhere(name: string): boolean {
  return indexOf(' name message stack code cause errors retryable ', ` ${name} `) >= 0;
}

/** What an author has put on an error beside its message. Null if that is nothing. */
function fieldsOf(thrown: object): ThrownFields | null {
  const names = attempt(() => objectKeys(thrown));
  if (!isArray(names)) return null;
  const fields = { __proto__: null } as unknown as Record<string, ThrownFields[string]>;
  let count = 0;
  for (let index = 0; index < names.length && count < fieldsMost; index++) {
    const name: unknown = names[index];
    if (typeof name !== 'string' || name.length > fieldLengths.name || isToldElsewhere(name)) continue;
    const value = attempt(() => reflectGet(thrown, name));
    if (value === undefined || typeof value === 'function') continue;
    defineOwn(fields, name, fieldOf(value));
    count++;
  }
  return count === 0 ? null : fields;
}

function fieldOf(value: unknown): ThrownFields[string] {
  if (typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number' && isFiniteNumber(value)) return value;
  return slice(formatLog([value]), 0, fieldLengths.text);
}

function causesOf(thrown: unknown): BareList<ThrownPart> {
  const causes: BareList<ThrownPart> = bareList();
  let at = thrown;
  while (isObject(at) && causes.length < causesMost) {
    const holder: object = at;
    at = attempt(() => reflectGet(holder, 'cause'));
    if (at === undefined || at === thrown || at === holder) break;
    append(causes, partOf(at, causeLengths));
  }
  return causes;
}

function aggregatedOf(thrown: unknown): BareList<ThrownPart> {
  const parts: BareList<ThrownPart> = bareList();
  const errors = attempt(() => (isObject(thrown) ? reflectGet(thrown, 'errors') : undefined));
  const length = attempt(() => (isArray(errors) ? errors.length : 0));
  for (let index = 0; index < aggregatedMost && typeof length === 'number' && index < length; index++) {
    append(
      parts,
      partOf(
        attempt(() => reflectGet(errors as object, index)),
        causeLengths,
      ),
    );
  }
  return parts;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined; // A getter that throws has nothing to say; what it threw is the tenant's own.
  }
}

/** Written by hand as far as it is the realm's: what has a prototype, or is in one, may be asked for a `toJSON` of the step's. */
function written(text: ThrownText): string {
  const { retryable, isMistake, causes, errors } = text;
  let json = `{${partJson(text)},"retryable":${retryable}`;
  if (isMistake) json += ',"isMistake":true';
  if (causes !== undefined) json += `,"causes":[${partsJson(causes)}]`;
  if (errors !== undefined) json += `,"errors":[${partsJson(errors)}]`;
  return `${json}}`;
}

function partsJson(parts: readonly ThrownPart[]): string {
  let json = '';
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index];
    if (part !== undefined) json += `${json === '' ? '' : ','}{${partJson(part)}}`;
  }
  return json;
}

function partJson({ name, message, stack, code, fields }: ThrownPart): string {
  const texts = `"name":${jsonStringify(name)},"message":${jsonStringify(message)},"stack":${jsonStringify(stack)},"code":${jsonStringify(code)}`;
  return fields === undefined ? texts : `${texts},"fields":${jsonStringify(fields)}`;
}
