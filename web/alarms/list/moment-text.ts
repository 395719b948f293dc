// Times as the browser's field for date and time has them, `2026-11-24T13:41`, in local time or UTC.
import type { Zone } from '../../format/times.ts';

/** Unix seconds of what was typed; undefined for nothing. */
export function readMoment(text: string, zone: Zone): number | undefined {
  if (text === '') return undefined;
  const at = Date.parse(zone === 'utc' ? `${text}Z` : text);
  return Number.isNaN(at) ? undefined : Math.floor(at / 1000);
}

/** Unix seconds for the field; empty for undefined. */
export function writeMoment(at: number | undefined, zone: Zone): string {
  if (at === undefined) return '';
  const offset = zone === 'utc' ? 0 : new Date(at * 1000).getTimezoneOffset() * 60;
  return new Date((at - offset) * 1000).toISOString().slice(0, 16);
}
