import { NO_BREAK } from './numbers.ts';

const UNITS = [
  { name: 'd', seconds: 86_400 },
  { name: 'h', seconds: 3600 },
  { name: 'min', seconds: 60 },
  { name: 's', seconds: 1 },
] as const;

/** A span of seconds in two units at most: `38 ms`, `6 s`, `3 min 10 s`, `1 h 40 min`, `3 d 6 h`. */
export function formatDuration(seconds: number): string {
  const span = Math.max(0, seconds);
  if (span > 0 && span < 1) return join(Math.max(1, Math.round(span * 1000)), 'ms');
  const total = Math.round(span);
  const first = UNITS.findIndex((unit) => total >= unit.seconds);
  const unit = UNITS[first];
  if (unit === undefined) return join(0, 's');
  const count = Math.floor(total / unit.seconds);
  const next = UNITS[first + 1];
  const rest = next === undefined ? 0 : Math.floor((total % unit.seconds) / next.seconds);
  const text = join(count, unit.name);
  return next === undefined || rest === 0 ? text : `${text} ${join(rest, next.name)}`;
}

/** Time left in seconds: by the second under 1 h, by the minute above; `0 s` when there is none. */
export function formatCountdown(seconds: number): string {
  const left = Math.max(0, Math.ceil(seconds));
  return formatDuration(left < 3600 ? left : Math.ceil(left / 60) * 60);
}

/** How long ago, in one unit, for columns: `6 s`, `9 min`, `3 h`, `2 d`; the future is `0 s`. */
export function formatAge(seconds: number): string {
  const total = Math.max(0, Math.floor(seconds));
  const unit = UNITS.find((candidate) => total >= candidate.seconds);
  return unit === undefined ? join(0, 's') : join(Math.floor(total / unit.seconds), unit.name);
}

function join(count: number, unit: string): string {
  return `${String(count)}${NO_BREAK}${unit}`;
}
