// The rows of the option table for metrics and traces over OpenTelemetry (SPEC §11).
import { checkedText, SWITCH, type OptionKind } from './option-kind.ts';
import type { OptionTable } from './option-row.ts';

const RATIO: OptionKind<number> = {
  type: 'text',
  range: '0 to 1',
  read: (text) => {
    const value = /^\d*\.?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (value >= 0 && value <= 1) return { ok: true, value };
    return { ok: false, problem: 'must be a number, 0 to 1' };
  },
};

/** What is sent to a collector. */
export const TELEMETRY_OPTIONS: Pick<
  OptionTable,
  'otelMetricsEnabled' | 'otelTracingEnabled' | 'otelEndpoint' | 'otelTraceRatio'
> = {
  otelMetricsEnabled: {
    flag: 'otel-metrics-enabled',
    variable: 'DSIEM_OTEL_METRICS_ENABLED',
    group: 'Telemetry',
    kind: SWITCH,
    default: false,
    description: 'Send metrics to an OpenTelemetry collector over gRPC every 10 seconds',
  },
  otelTracingEnabled: {
    flag: 'otel-tracing-enabled',
    variable: 'DSIEM_OTEL_TRACING_ENABLED',
    group: 'Telemetry',
    kind: SWITCH,
    default: false,
    description:
      'Send traces to an OpenTelemetry collector over gRPC: of events whose sender asks for it, and of a share of the others',
  },
  otelEndpoint: {
    flag: 'otel-endpoint',
    variable: 'DSIEM_OTEL_ENDPOINT',
    group: 'Telemetry',
    kind: checkedText('a URL that begins with http:// or https://', isHttpUrl),
    default: 'http://localhost:4317',
    description: 'Where the collector listens for gRPC; https is with TLS',
  },
  otelTraceRatio: {
    flag: 'otel-trace-ratio',
    variable: 'DSIEM_OTEL_TRACE_RATIO',
    group: 'Telemetry',
    kind: RATIO,
    default: 0.01,
    description: 'Share of requests that are traced although no sender asks for it',
  },
};

function isHttpUrl(text: string): boolean {
  if (!/^https?:\/\//i.test(text)) return false;
  return URL.canParse(text);
}
