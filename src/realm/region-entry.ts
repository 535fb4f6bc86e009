// Runs before the realm of a cell whose time zone or locale is not the process's: from then on the isolate's built-ins go by those.
import type { Region } from '../protocol/region.ts';
import { useDefaults } from './region/default-locale.ts';
import { offsetsOf } from './region/offsets.ts';
import { useZonedDate } from './region/zoned-date.ts';

const { parse } = JSON;
const { apply } = Reflect;
const { DateTimeFormat } = Intl;
const { formatToParts } = DateTimeFormat.prototype;

export function useRegion(regionText: string): void {
  const region: Region = parse(regionText);
  const { timeZone, locale } = region;
  const formatter = new DateTimeFormat(locale, { timeZone, timeZoneName: 'long' });
  const nameAt = (utc: number): string => {
    const parts = apply(formatToParts, formatter, [utc]);
    for (let i = 0; i < parts.length; i++) if (parts[i]?.type === 'timeZoneName') return parts[i]?.value ?? '';
    return '';
  };
  useZonedDate(offsetsOf(timeZone), nameAt);
  useDefaults(region);
}
