// Points in time (Unix seconds) as UI.md §11 writes them.
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

export type Zone = 'local' | 'utc';

export interface TimeStyle {
  readonly zone: Zone;
  /** Unix seconds by the server's clock: decides what is today and this year. */
  readonly now: number;
  /** Milliseconds only when the time has them. */
  readonly precision?: 'minute' | 'second' | 'millisecond';
}

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

/** Today `13:41`, this year `23 Nov 13:41`, else `2025-11-23 13:41`; with seconds or more as the style says. */
export function formatTime(at: number, { zone, now, precision = 'minute' }: TimeStyle): string {
  const parts = partsOf(at, zone);
  const today = partsOf(now, zone);
  const clock = clockText(parts, precision);
  if (parts.year !== today.year) return `${dateText(parts)} ${clock}`;
  if (parts.month === today.month && parts.day === today.day) return clock;
  return `${String(parts.day)} ${MONTHS[parts.month - 1] ?? ''} ${clock}`;
}

/** Date and time in full with seconds: `2026-11-24 13:41:05 local (+01:00)` or `… UTC`. */
export function formatFull(at: number, zone: Zone): string {
  const parts = partsOf(at, zone);
  const text = `${dateText(parts)} ${clockText(parts, 'millisecond')}`;
  return zone === 'utc' ? `${text} UTC` : `${text} local (${offsetText(at)})`;
}

/** ISO 8601 in UTC, with milliseconds only when there are some. */
export function isoText(at: number): string {
  return toDate(at).toISOString().replace('.000Z', 'Z');
}

/** `13:41`, for axes. */
export function formatClock(at: number, zone: Zone): string {
  return clockText(partsOf(at, zone), 'minute');
}

function partsOf(at: number, zone: Zone): Parts {
  const date = toDate(at);
  if (zone === 'utc') {
    return {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
      second: date.getUTCSeconds(),
      millisecond: date.getUTCMilliseconds(),
    };
  }
  return {
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
    millisecond: date.getMilliseconds(),
  };
}

function clockText(parts: Parts, precision: 'minute' | 'second' | 'millisecond'): string {
  const minutes = `${two(parts.hour)}:${two(parts.minute)}`;
  if (precision === 'minute') return minutes;
  const seconds = `${minutes}:${two(parts.second)}`;
  if (precision === 'second' || parts.millisecond === 0) return seconds;
  return `${seconds}.${String(parts.millisecond).padStart(3, '0')}`;
}

function dateText({ year, month, day }: Parts): string {
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

function offsetText(at: number): string {
  const minutes = -toDate(at).getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function toDate(at: number): Date {
  return new Date(Math.round(at * 1000));
}
