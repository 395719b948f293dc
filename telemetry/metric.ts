// A metric as plain data, before it takes the shape of some protocol.
import type { Histogram } from '../core/ledger/histogram.ts';

/** Labels with a value for each; names and values are few (docs/metrics.md). */
export type Labels = Readonly<Record<string, string>>;

/** One series of a metric now. */
export interface Point<Value = number> {
  readonly labels: Labels;
  readonly value: Value;
}

interface MetricHead {
  /** Without the `_total` that Prometheus gives counters. */
  readonly name: string;
  readonly help: string;
}

/** A metric with all its series. */
export type Metric =
  | (MetricHead & { readonly kind: 'counter' | 'gauge'; readonly points: readonly Point[] })
  | (MetricHead & { readonly kind: 'histogram'; readonly points: readonly Point<Histogram>[] });

/** A count that only grows while the process runs; a plain number is its only series. */
export function counter(name: string, help: string, points: number | readonly Point[]): Metric {
  return { kind: 'counter', name, help, points: toPoints(points) };
}

/** A figure of the moment; a plain number is its only series. */
export function gauge(name: string, help: string, points: number | readonly Point[]): Metric {
  return { kind: 'gauge', name, help, points: toPoints(points) };
}

/** A histogram with one series; `scale` turns the unit it was counted in into that of the name. */
export function histogram(
  name: string,
  help: string,
  { value, scale }: { readonly value: Histogram; readonly scale: number },
): Metric {
  const scaled = {
    ...value,
    bounds: value.bounds.map((bound) => bound * scale),
    counts: [...value.counts],
    sum: value.sum * scale,
  };
  return { kind: 'histogram', name, help, points: [{ labels: {}, value: scaled }] };
}

/** A series for each entry, under one label. */
export function byLabel(label: string, values: Readonly<Record<string, number>>): Point[] {
  return Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }));
}

function toPoints(points: number | readonly Point[]): readonly Point[] {
  return typeof points === 'number' ? [{ labels: {}, value: points }] : points;
}
