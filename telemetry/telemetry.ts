// Shows the plain counters of the engine in four ways; the OpenTelemetry packages load only when somebody asks for them.
import type Logger from 'bunyan';
import type { SampleRing } from '../core/ledger/sample-ring.ts';
import type { Tracing } from '../core/trace/tracing.ts';
import { collectDirectiveMetrics } from './directive-metrics.ts';
import { collectEngineMetrics } from './engine-metrics.ts';
import type { Figures, ProcessFacts } from './figures.ts';
import { gauge, type Metric } from './metric.ts';
import { logDiagnostics } from './otel-log.ts';
import type { MetricsExport } from './otlp-metrics.ts';
import type { TracesExport } from './otlp-traces.ts';
import { collectProcessMetrics } from './process-figures.ts';
import { Sampler } from './sampler.ts';

/** What the operator asks for. */
export interface TelemetryOptions {
  readonly otelMetricsEnabled: boolean;
  readonly otelTracingEnabled: boolean;
  readonly otelEndpoint: string;
  /** 0..1. */
  readonly otelTraceRatio: number;
}

/** What telemetry is made of. */
export interface TelemetryDeps {
  readonly log: Logger;
  readonly options: TelemetryOptions;
  readonly facts: ProcessFacts;
  readonly figures: Figures;
}

/** The three figures that the Go version publishes under /debug/vars. */
export interface DebugVars {
  readonly eps_counter: number;
  readonly alarm_counter: number;
  readonly backlog_counter: number;
}

/** What is shown, until it is stopped. */
export interface Telemetry {
  /** The samples of the last day. */
  readonly ring: SampleRing;
  /** The metrics of now in Prometheus' text format. */
  scrape(): Promise<string>;
  debugVars(): DebugVars;
  /** Sends what is left to a collector, for `limitMs` at most, and ends. Never rejects. */
  stop(limitMs: number): Promise<void>;
}

/** Tracing for an engine that is about to be made, and how to end it. */
export interface StartedTracing {
  readonly tracing: Tracing;
  stop(limitMs: number): Promise<void>;
}

const TICK_MS = 1_000;

/** Begins to take samples, and to send metrics when the options say so. */
export async function startTelemetry({
  log,
  options,
  facts,
  figures,
}: TelemetryDeps): Promise<Telemetry> {
  const sampler = new Sampler(figures, performance.now());
  const timer = setInterval(() => {
    sampler.tick(Math.floor(Date.now() / 1000), performance.now());
  }, TICK_MS).unref();
  const collect = (): Metric[] => collectAll(figures, sampler, facts);
  const metrics = options.otelMetricsEnabled
    ? await exportMetrics({ log, options, facts }, () => withReferenceNames(sampler, collect()))
    : undefined;
  let scrape: Promise<() => Promise<string>> | undefined;
  return {
    ring: sampler.ring,
    scrape: async () => {
      scrape ??= loadScrape(collect);
      return (await scrape)();
    },
    debugVars: () => ({
      eps_counter: Math.round(sampler.eps),
      alarm_counter: figures.statistics.alarmsRaised,
      backlog_counter: figures.engine.gauges().backlogs,
    }),
    stop: async (limitMs) => {
      clearInterval(timer);
      sampler.stop();
      if (metrics !== undefined) await endWithin(metrics, limitMs, log);
    },
  };
}

/** Tracing as the options say; undefined without --otel-tracing-enabled. */
export async function startTracing({
  log,
  options,
  facts,
}: Omit<TelemetryDeps, 'figures'>): Promise<StartedTracing | undefined> {
  if (!options.otelTracingEnabled) return undefined;
  await logDiagnostics(log);
  const { startTracesExport } = await import('./otlp-traces.ts');
  const { otelEndpoint: endpoint, otelTraceRatio: ratio } = options;
  const started: TracesExport = startTracesExport({ endpoint, facts, ratio, random: Math.random });
  return {
    tracing: started.tracing,
    stop: (limitMs) => endWithin(started, limitMs, log),
  };
}

function collectAll(
  figures: Figures,
  { eventLoop }: Sampler,
  { version, mode, node }: ProcessFacts,
): Metric[] {
  return [
    gauge('dsiem_build_info', 'Always 1; the labels tell what runs', [
      { labels: { version, mode, node }, value: 1 },
    ]),
    ...collectEngineMetrics(figures),
    ...collectDirectiveMetrics(figures),
    ...collectProcessMetrics(eventLoop.lastMinute()),
  ];
}

/** The reference's gauges and everything else; where both have a name it is the reference's. */
function withReferenceNames(sampler: Sampler, metrics: readonly Metric[]): Metric[] {
  const reference = sampler.referenceMetrics();
  const names = new Set(reference.map(({ name }) => name));
  return [...reference, ...metrics.filter(({ name }) => !names.has(name))];
}

async function loadScrape(collect: () => readonly Metric[]): Promise<() => Promise<string>> {
  const { createMetricProducer } = await import('./metric-producer.ts');
  const { createScrape } = await import('./prometheus-text.ts');
  return createScrape(createMetricProducer(collect, performance.timeOrigin));
}

async function exportMetrics(
  { log, options, facts }: Omit<TelemetryDeps, 'figures'>,
  collect: () => readonly Metric[],
): Promise<MetricsExport> {
  await logDiagnostics(log);
  const { createMetricProducer } = await import('./metric-producer.ts');
  const { startMetricsExport } = await import('./otlp-metrics.ts');
  const producer = createMetricProducer(collect, performance.timeOrigin);
  return startMetricsExport(producer, { endpoint: options.otelEndpoint, facts });
}

/** A collector that is away must not hold a stop up. */
async function endWithin(
  part: { stop(): Promise<void> },
  limitMs: number,
  log: Logger,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  try {
    await Promise.race([part.stop(), limit]);
  } catch (err) {
    log.warn({ err }, 'the last telemetry could not be sent');
  } finally {
    clearTimeout(timer);
  }
}
