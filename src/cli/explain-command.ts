// `stepwell explain`: what a code means, and what helps.
import { embedderErrors, opErrors, stepErrors } from '../guide/error-codes.ts';
import { findingErrors, findingWarnings } from '../guide/finding-codes.ts';
import type { ExplainCommand } from './args.ts';
import type { Terminal } from './terminal.ts';
import { terminalText } from './terminal-text.ts';
import { wrongUse } from './wrong-use.ts';

const explanations = new Map(
  Object.entries({ ...embedderErrors, ...stepErrors, ...opErrors, ...findingErrors, ...findingWarnings }),
);

/** Returns the exit status. Throws {@link WrongUse} for what is no code. */
export function explainCommand({ code }: ExplainCommand, { out }: Terminal): number {
  const name = code.toUpperCase();
  const explanation = explanations.get(name);
  if (explanation === undefined) throw wrongUse(`There is no code \`${terminalText(name, 60)}\`.`);
  out.write(`${name}\n${explanation.cause}\n${explanation.remedy}\n`);
  return 0;
}
