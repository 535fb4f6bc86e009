// Where a workflow is: what the built-ins of a step go by where its code names neither a time zone nor a locale.

export interface Region {
  /** A name of the IANA time zone database, such as `Europe/Berlin`. */
  readonly timeZone: string;
  /** A BCP 47 tag, such as `de-DE`. */
  readonly locale: string;
}

/** The same everywhere, whatever the machine is set to. */
export const defaultRegion: Region = { timeZone: 'UTC', locale: 'en-US' };

export function isSameRegion(one: Region, other: Region): boolean {
  return one.timeZone === other.timeZone && one.locale === other.locale;
}

/** That of this process. */
export function nativeRegion(): Region {
  const { timeZone, locale } = new Intl.DateTimeFormat().resolvedOptions();
  return { timeZone, locale };
}
