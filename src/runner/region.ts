// The time zone and the locale that options name, checked and in their canonical form.
import { StepwellError } from '../errors.ts';
import type { Region } from '../protocol/region.ts';

/** Throws for a name that this Node does not know. What the options leave out is as in `base`. */
export function regionOf(
  code: 'OPTION_INVALID' | 'RUN_OPTION_INVALID',
  prefix: string,
  options: { readonly timeZone?: unknown; readonly locale?: unknown },
  base: Region,
): Region {
  const { timeZone, locale } = options;
  if (timeZone === undefined && locale === undefined) return base; // Runs of one region can have the same.
  return {
    timeZone: timeZone === undefined ? base.timeZone : canonicalZone(code, prefix, timeZone),
    locale: locale === undefined ? base.locale : canonicalLocale(code, prefix, locale),
  };
}

type Code = 'OPTION_INVALID' | 'RUN_OPTION_INVALID';

function canonicalZone(code: Code, prefix: string, name: unknown): string {
  try {
    if (typeof name === 'string')
      return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    // Told below.
  }
  const message = `Expected \`${prefix}timeZone\` to be a name of the IANA database, such as 'Europe/Berlin', got ${quotedText(name)}.`;
  throw new StepwellError(code, message);
}

function canonicalLocale(code: Code, prefix: string, name: unknown): string {
  try {
    const [locale] = typeof name === 'string' ? Intl.DateTimeFormat.supportedLocalesOf(name) : [];
    if (locale !== undefined) return locale;
  } catch {
    // Told below.
  }
  const message = `Expected \`${prefix}locale\` to be a BCP 47 tag that this Node knows, such as 'de-DE', got ${quotedText(name)}.`;
  throw new StepwellError(code, message);
}

function quotedText(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : `a value of type ${typeof value}`;
}
