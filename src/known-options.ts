// Refuses options that nothing has: a misspelt one would be as if it were left out.
import { StepwellError } from './errors.ts';
import { nearest } from './protocol/spelling.ts';

/** Throws with `code`, and says what was meant. `prefix`: what stands before the names in the embedder's code. */
export function refuseUnknown(
  code: 'OPTION_INVALID' | 'RUN_OPTION_INVALID',
  given: object,
  names: readonly string[],
  prefix = '',
): void {
  if (typeof given !== 'object' || given === null) {
    throw new StepwellError(
      code,
      `Expected options, got ${given === null ? 'null' : `a value of type ${typeof given}`}.`,
    );
  }
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const known = names.map((name) => `\`${prefix}${name}\``).join(', ');
  const meant = nearest(unknown, names);
  const hint = meant === undefined ? '' : ` Did you mean \`${prefix}${meant}\`?`;
  throw new StepwellError(code, `Unknown option \`${prefix}${unknown}\`.${hint} Known options: ${known}.`);
}
