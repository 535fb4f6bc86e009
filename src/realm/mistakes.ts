// Which errors the next attempt can only meet again: mistakes in the source, whatever the run has come to meanwhile.
import type { ThrownPart } from '../protocol/records.ts';
import { isError, setHas } from './primordials.ts';

/** Of calls that were refused for their arguments alone. */
const ofArguments: ReadonlySet<string> = new Set([
  'ACTION_INVALID',
  'DELAY_INVALID',
  'DELTA_INVALID',
  'KEY_INVALID',
  'OPTION_UNKNOWN',
  'OUTPUT_INVALID',
  'PAYLOAD_INVALID',
  'PAYLOAD_TOO_LARGE',
  'VALUE_INVALID',
  'VALUE_TOO_LARGE',
]);

/** A name that nothing has is a mistake wherever it stands. */
export function isMistaken(thrown: unknown, { name, code }: ThrownPart): boolean {
  return isError(thrown) && (name === 'ReferenceError' || setHas(ofArguments, code));
}
