// An OpenTelemetry collector: a real gRPC server that keeps what it is sent.
import { join } from 'node:path';
import { Server, ServerCredentials, type UntypedHandleCall } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { z } from 'zod';

const valueSchema = z.object({
  stringValue: z.string().optional(),
  intValue: z.string().optional(),
  doubleValue: z.number().optional(),
});
const attributesSchema = z
  .array(z.object({ key: z.string(), value: valueSchema }))
  .default([])
  .transform((entries) =>
    Object.fromEntries(
      entries.map(({ key, value }) => [
        key,
        value.stringValue ?? value.intValue ?? value.doubleValue,
      ]),
    ),
  );
const resourceSchema = z.object({ attributes: attributesSchema });
const bytes = z.instanceof(Buffer).transform((value) => value.toString('hex'));
const pointsSchema = z.object({
  dataPoints: z.array(
    z.object({
      asDouble: z.number().optional(),
      count: z.string().optional(),
      attributes: attributesSchema,
    }),
  ),
});
const metricsSchema = z.object({
  resourceMetrics: z.array(
    z.object({
      resource: resourceSchema,
      scopeMetrics: z.array(
        z.object({
          metrics: z.array(
            z.object({
              name: z.string(),
              gauge: pointsSchema.optional(),
              sum: pointsSchema.optional(),
              histogram: pointsSchema.optional(),
            }),
          ),
        }),
      ),
    }),
  ),
});
const spanSchema = z.object({
  ...{ traceId: bytes, spanId: bytes, name: z.string(), attributes: attributesSchema },
  parentSpanId: bytes.optional(),
  links: z.array(z.object({ traceId: bytes, spanId: bytes })).default([]),
});
const tracesSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: resourceSchema,
      scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })),
    }),
  ),
});

export type ReceivedSpan = z.infer<typeof spanSchema>;

/** A metric as it was sent last; points of histograms have a count. */
export interface ReceivedMetric {
  readonly kind: 'gauge' | 'sum' | 'histogram';
  readonly points: z.infer<typeof pointsSchema>['dataPoints'];
}

/** A collector on a free port. */
export interface OtlpCollector {
  /** As --otel-endpoint takes it. */
  readonly endpoint: string;
  /** The newest of each name. */
  readonly metrics: ReadonlyMap<string, ReceivedMetric>;
  readonly spans: readonly ReceivedSpan[];
  /** The resource of what came last. */
  readonly resource: () => Readonly<Record<string, unknown>>;
  readonly close: () => void;
}

/** Starts one. */
export async function startOtlpCollector(): Promise<OtlpCollector> {
  const metrics = new Map<string, ReceivedMetric>();
  const spans: ReceivedSpan[] = [];
  let resource: Readonly<Record<string, unknown>> = {};
  const server = new Server();
  serve(server, 'metrics', 'MetricsService', (request) => {
    for (const { resource: from, scopeMetrics } of metricsSchema.parse(request).resourceMetrics) {
      resource = from.attributes;
      for (const { name, gauge, sum, histogram } of scopeMetrics.flatMap(
        (scope) => scope.metrics,
      )) {
        const points = (gauge ?? sum ?? histogram)?.dataPoints ?? [];
        const kind = gauge === undefined ? (sum === undefined ? 'histogram' : 'sum') : 'gauge';
        metrics.set(name, { kind, points });
      }
    }
  });
  serve(server, 'trace', 'TraceService', (request) => {
    for (const { resource: from, scopeSpans } of tracesSchema.parse(request).resourceSpans) {
      resource = from.attributes;
      spans.push(...scopeSpans.flatMap((scope) => scope.spans));
    }
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    ...{ endpoint: `http://127.0.0.1:${String(port)}`, metrics, spans },
    resource: () => resource,
    close: () => {
      server.forceShutdown();
    },
  };
}

/** Adds a service with its one method, whose requests go to `take`. */
function serve(
  server: Server,
  signal: 'metrics' | 'trace',
  service: string,
  take: (request: unknown) => void,
): void {
  const definition = loadSync(join(import.meta.dirname, 'otlp', `${signal}.proto`), {
    longs: String,
  });
  const found = definition[`opentelemetry.proto.collector.${signal}.v1.${service}`];
  if (found === undefined || 'format' in found) throw new Error(`no ${service} in its file`);
  const handle: UntypedHandleCall = (
    call: { readonly request: unknown },
    done: (error: Error | null, answer?: object) => void,
  ) => {
    try {
      take(call.request);
      done(null, {});
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  };
  server.addService(found, { Export: handle });
}
