// Reads what a realm wrote of a thrown value. A realm that was broken may have written anything.
import { detached } from '../protocol/detached.ts';
import {
  aggregatedMost,
  causeLengths,
  causesMost,
  fieldLengths,
  fieldsMost,
  type ThrownFields,
  type ThrownLengths,
  type ThrownPart,
  type ThrownText,
  thrownJsonMost,
  thrownLengths,
} from '../protocol/records.ts';

/** For what a step did not throw itself. */
export const nothingThrown: ThrownText = { name: 'Error', message: '', stack: '', code: '', retryable: true };

export function thrownOf(json: string): ThrownText {
  if (json.length > thrownJsonMost) return nothingThrown;
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null) return nothingThrown;
    const { fields, ...part } = partOf(value, thrownLengths);
    const { retryable, isMistake, causes, errors } = value as Record<string, unknown>;
    return {
      ...part,
      retryable: retryable !== false,
      ...(isMistake === true ? { isMistake } : {}),
      ...(fields === undefined ? {} : { fields }),
      ...partsOf('causes', causes, causesMost),
      ...partsOf('errors', errors, aggregatedMost),
    };
  } catch {
    return nothingThrown; // No JSON: the step failed all the same, and it has nothing more to say.
  }
}

function partOf(value: object, most: ThrownLengths): ThrownPart {
  const { name, message, stack, code, fields } = value as Record<string, unknown>;
  const told = fieldsOf(fields);
  return {
    name: text(name, most.name),
    message: text(message, most.message),
    stack: text(stack, most.stack),
    code: text(code, most.code),
    ...(told === null ? {} : { fields: told }),
  };
}

function partsOf(
  name: 'causes' | 'errors',
  value: unknown,
  most: number,
): Partial<Pick<ThrownText, 'causes' | 'errors'>> {
  if (!Array.isArray(value) || value.length === 0) return {};
  const parts = value.slice(0, most).filter((part): part is object => typeof part === 'object' && part !== null);
  return { [name]: parts.map((part) => partOf(part, causeLengths)) };
}

/** Defined, not assigned: `__proto__` is a name like others. */
function fieldsOf(value: unknown): ThrownFields | null {
  if (typeof value !== 'object' || value === null) return null;
  const told: [string, ThrownFields[string]][] = [];
  for (const [name, field] of Object.entries(value)) {
    if (told.length >= fieldsMost) break;
    if (typeof field === 'string') told.push([text(name, fieldLengths.name), text(field, fieldLengths.text)]);
    else if (field === null || typeof field === 'boolean' || typeof field === 'number') {
      told.push([text(name, fieldLengths.name), field]);
    }
  }
  return told.length === 0 ? null : Object.fromEntries(told);
}

/** A copy: the part of a text that is cut off is not to be kept by the part that is left. */
function text(value: unknown, most: number): string {
  if (typeof value !== 'string') return '';
  return value.length <= most ? value : detached(value.slice(0, most));
}
