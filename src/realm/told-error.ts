// The error of the failed step, made again for `onWorkflowError(err, api)`: with its causes, and with what its author has put on it.
import type { ThrownPart, ThrownText } from '../protocol/records.ts';
import { defineHidden, defineOwn, ErrorOf, jsonParse, objectKeys } from './primordials.ts';

export function toldError(json: string): Error {
  const told: ThrownText = jsonParse(json);
  const error = errorOf(told);
  const { causes, errors } = told;
  let effect = error;
  for (let index = 0; causes !== undefined && index < causes.length; index++) {
    const cause = errorOf(causes[index] as ThrownPart);
    defineHidden(effect, 'cause', cause);
    effect = cause;
  }
  if (errors === undefined) return error;
  const list: Error[] = [];
  for (let index = 0; index < errors.length; index++) defineOwn(list, index, errorOf(errors[index] as ThrownPart));
  defineHidden(error, 'errors', list);
  return error;
}

function errorOf({ name, message, stack, code, fields }: ThrownPart): Error {
  const error = new ErrorOf(message);
  defineHidden(error, 'name', name);
  defineHidden(error, 'code', code);
  defineHidden(error, 'stack', `${name}: ${message}\n${stack}`);
  if (fields === undefined) return error;
  const names = objectKeys(fields);
  for (let index = 0; index < names.length; index++) {
    const field = names[index] ?? '';
    defineOwn(error, field, fields[field]);
  }
  return error;
}
