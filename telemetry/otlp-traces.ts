// Spans of requests, batches and alarms, sent over OTLP gRPC. Loaded only with --otel-tracing-enabled.
import {
  createTraceState,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
  type Context,
  type Link,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { isSampled, type Carrier, type Tracing } from '../core/trace/tracing.ts';
import type { ProcessFacts } from './figures.ts';
import { SCOPE } from './metric-producer.ts';
import { createResource } from './resource.ts';

const EXPORT_LIMIT_MS = 5_000;
/** A batch tells of so many events' traces at most. */
const LINKS = 16;
const TRACE_PARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;

/** Traces on their way to a collector. */
export interface TracesExport {
  readonly tracing: Tracing;
  /** Sends what is left and ends. */
  stop(): Promise<void>;
}

/** What decides about traces. */
export interface TracesOptions {
  readonly endpoint: string;
  readonly facts: ProcessFacts;
  /** The share of requests, 0..1, that are traced although no sender asks for it. */
  readonly ratio: number;
  /** 0..1, a new one for each request. */
  readonly random: () => number;
}

/** Begins to trace; a collector that is away costs a warning. */
export function startTracesExport({ endpoint, facts, ratio, random }: TracesOptions): TracesExport {
  const exporter = new OTLPTraceExporter({ url: endpoint, timeoutMillis: EXPORT_LIMIT_MS });
  const provider = new TracerProvider({
    resource: createResource(facts),
    // What is not to be traced never becomes a span: the senders' flags and the ratio are looked at first.
    sampler: new AlwaysOnSampler(),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer(SCOPE);

  const tracing: Tracing = {
    beginSubmission: (events) => {
      const asked = events.find(({ carrier }) => isSampled(carrier))?.carrier;
      if (asked === undefined && random() >= ratio) return undefined;
      const parent = asked === undefined ? ROOT_CONTEXT : contextOf(asked);
      const attributes = { 'dsiem.events': events.length };
      const span = tracer.startSpan('receive', { kind: SpanKind.SERVER, attributes }, parent);
      const carrier = carrierOf(span);
      for (const event of events) event.carrier ??= carrier;
      return (outcome) => {
        span.setAttribute('dsiem.outcome', outcome);
        span.end();
      };
    },
    beginBatch: (directiveId, inputs) => {
      const carriers = sampledCarriers(inputs);
      const [first] = carriers;
      if (first === undefined) return undefined;
      const attributes = { 'dsiem.directive.id': directiveId, 'dsiem.events': inputs.length };
      const links = carriers.slice(1).flatMap(linkOf);
      const span = tracer.startSpan('correlate', { attributes, links }, contextOf(first));
      return (matched) => {
        span.setAttribute('dsiem.matched', matched);
        span.end();
      };
    },
    beginAlarm: ({ carrier, alarmId, directiveId, risk, stage }) => {
      if (!isSampled(carrier)) return undefined;
      const attributes = {
        ...{ 'dsiem.alarm.id': alarmId, 'dsiem.directive.id': directiveId },
        ...{ 'dsiem.alarm.risk': risk, 'dsiem.stage': stage },
      };
      const span = tracer.startSpan('alarm', { attributes }, contextOf(carrier));
      return () => {
        span.end();
      };
    },
  };
  return { tracing, stop: () => provider.shutdown() };
}

/** The contexts of a batch that are to be traced, each once. */
function sampledCarriers(inputs: Parameters<Tracing['beginBatch']>[1]): readonly Carrier[] {
  const found = new Map<string, Carrier>();
  let last: Carrier | undefined;
  for (const { event } of inputs) {
    const { carrier } = event;
    if (carrier === undefined || carrier === last) continue;
    last = carrier;
    if (!isSampled(carrier)) continue;
    found.set(carrier['traceparent'] ?? '', carrier);
    if (found.size >= LINKS) break;
  }
  return [...found.values()];
}

function contextOf(carrier: Carrier): Context {
  const parent = parseCarrier(carrier);
  return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
}

function linkOf(carrier: Carrier): Link[] {
  const context = parseCarrier(carrier);
  return context === undefined ? [] : [{ context }];
}

function parseCarrier(carrier: Carrier): SpanContext | undefined {
  const [, traceId, spanId] = TRACE_PARENT.exec(carrier['traceparent'] ?? '') ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  const state = carrier['tracestate'];
  return {
    ...{ traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true },
    ...(state !== undefined && { traceState: createTraceState(state) }),
  };
}

function carrierOf(span: Span): Carrier {
  const { traceId, spanId } = span.spanContext();
  return { traceparent: `00-${traceId}-${spanId}-01` };
}
