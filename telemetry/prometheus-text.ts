import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider, type MetricProducer } from '@opentelemetry/sdk-metrics';

/** A function that answers the metrics of now in Prometheus' text format; it listens nowhere itself. */
export function createScrape(producer: MetricProducer): () => Promise<string> {
  const reader = new PrometheusExporter({
    preventServerStart: true,
    metricProducers: [producer],
  });
  // A reader collects only as part of a provider.
  new MeterProvider({ readers: [reader] });
  const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  return async () => {
    const { resourceMetrics, errors } = await reader.collect();
    if (errors.length > 0) throw new AggregateError(errors, 'metrics cannot be read');
    return serializer.serialize(resourceMetrics);
  };
}
