// Times of the queue as its address writes them: `7d`, or `<from>..<to>` in Unix seconds, either of which may be missing.
import { formatTime, type TimeStyle } from '../../format/times.ts';

export interface Span {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 };
const WORDS: Readonly<Record<string, string>> = {
  '15m': 'Last 15 minutes',
  '1h': 'Last hour',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
};

/** Spans that are offered, shortest first. */
export const OFFERED_SPANS = Object.entries(WORDS).map(([span, label]) => ({ span, label }));

/** The times that a span means at `now`; without bounds for an empty one. */
export function toSpan(text: string, now: number): Span {
  const [, count, unit] = /^(\d{1,12})([smhd])$/.exec(text) ?? [];
  if (unit === 's' || unit === 'm' || unit === 'h' || unit === 'd') {
    return { since: now - Number(count) * SECONDS[unit] };
  }
  const [, since = '', until = ''] = /^(\d{0,12})\.\.(\d{0,12})$/.exec(text) ?? [];
  return {
    since: since === '' ? undefined : Number(since),
    until: until === '' ? undefined : Number(until),
  };
}

/** A span in words: `Last 7 days`, `13:00 to 14:00`, `since 23 Nov 13:00`. */
export function spanWords(text: string, style: TimeStyle): string {
  if (text === '') return 'Any time';
  const known = WORDS[text];
  if (known !== undefined) return known;
  const { since, until } = toSpan(text, 0);
  if (!text.includes('..')) return `Last ${text}`;
  if (since === undefined && until === undefined) return 'Any time';
  if (until === undefined) return `Since ${formatTime(since ?? 0, style)}`;
  if (since === undefined) return `Until ${formatTime(until, style)}`;
  return `${formatTime(since, style)} to ${formatTime(until, style)}`;
}
