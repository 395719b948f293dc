import { NO_BREAK } from '../format/numbers.ts';
import { percentileBound, type Ranges } from './percentile.ts';

/** `25 ms p99` out of the ranges of durations in seconds: the bound that 99 of 100 events keep to. */
export function latencyWords(ranges: Ranges): string {
  const bound = percentileBound(ranges, 0.99);
  if (bound === null) return 'no events yet';
  const last = ranges.bounds.at(-1) ?? 0;
  if (bound === Infinity) return `more than ${milliseconds(last)} p99`;
  return `${milliseconds(bound)} p99`;
}

/** Seconds of work an event: `0.9 ms`, `12 µs`. */
export function workWords(seconds: number): string {
  const micro = seconds * 1e6;
  if (micro < 100) return `${String(Math.max(1, Math.round(micro)))}${NO_BREAK}µs`;
  return milliseconds(seconds);
}

function milliseconds(seconds: number): string {
  const ms = seconds * 1000;
  if (ms >= 1000) return `${String(Math.round(ms / 100) / 10)}${NO_BREAK}s`;
  return `${String(ms < 10 ? Math.round(ms * 100) / 100 : Math.round(ms))}${NO_BREAK}ms`;
}
