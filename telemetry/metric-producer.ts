// The bridge from plain metrics to OpenTelemetry: the SDK's own way for figures that are counted elsewhere, so that no
// instrument is touched on the hot path. Loaded only when somebody wants metrics.
import { ValueType, type HrTime } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type CollectionResult,
  type Histogram as HistogramData,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { Histogram } from '../core/ledger/histogram.ts';
import type { Metric } from './metric.ts';

/** The name of the instrumentation scope. */
export const SCOPE = 'dsiem';

/** Reads `collect` whenever a reader asks; counts are since `startMs` (Unix milliseconds). */
export function createMetricProducer(
  collect: () => readonly Metric[],
  startMs: number,
): MetricProducer {
  const startTime = toHrTime(startMs);
  return {
    collect: () => {
      const times = { startTime, endTime: toHrTime(Date.now()) };
      const metrics = collect().map((metric) => toMetricData(metric, times));
      const result: CollectionResult = {
        resourceMetrics: {
          resource: resourceFromAttributes({}),
          scopeMetrics: [{ scope: { name: SCOPE }, metrics }],
        },
        errors: [],
      };
      return Promise.resolve(result);
    },
  };
}

interface Times {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

function toMetricData(metric: Metric, times: Times): MetricData {
  const { name, help: description } = metric;
  const head = {
    descriptor: { name, description, unit: '', valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  if (metric.kind === 'histogram') {
    const dataPoints = metric.points.map(({ labels, value }) => ({
      ...times,
      attributes: { ...labels },
      value: toHistogramData(value),
    }));
    return { ...head, dataPointType: DataPointType.HISTOGRAM, dataPoints };
  }
  const dataPoints = metric.points.map(({ labels, value }) => ({
    ...times,
    attributes: { ...labels },
    value,
  }));
  if (metric.kind === 'gauge') return { ...head, dataPointType: DataPointType.GAUGE, dataPoints };
  return { ...head, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints };
}

function toHistogramData({ bounds, counts, count, sum }: Histogram): HistogramData {
  return { buckets: { boundaries: [...bounds], counts: [...counts] }, count, sum };
}

function toHrTime(unixMs: number): HrTime {
  return [Math.floor(unixMs / 1000), Math.floor((unixMs % 1000) * 1e6)];
}
