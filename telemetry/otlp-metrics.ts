import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { ProcessFacts } from './figures.ts';
import { createResource } from './resource.ts';

/** How often metrics are sent, as the reference sends them. */
const EXPORT_MS = 10_000;
const EXPORT_LIMIT_MS = 5_000;

/** Metrics on their way to a collector. */
export interface MetricsExport {
  /** Sends what there is now and ends. */
  stop(): Promise<void>;
}

/** Sends the metrics every ten seconds over gRPC; a collector that is away costs a warning. */
export function startMetricsExport(
  producer: MetricProducer,
  { endpoint, facts }: { readonly endpoint: string; readonly facts: ProcessFacts },
): MetricsExport {
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter({ url: endpoint, timeoutMillis: EXPORT_LIMIT_MS }),
    exportIntervalMillis: EXPORT_MS,
    exportTimeoutMillis: EXPORT_LIMIT_MS,
    metricProducers: [producer],
  });
  const provider = new MeterProvider({ readers: [reader], resource: createResource(facts) });
  return { stop: () => provider.shutdown() };
}
