// An engine with telemetry, as app/ wires them, without HTTP around.
import type { EngineDeps } from '../../actors/engine.ts';
import {
  createEngineStatistics,
  type EngineStatistics,
} from '../../core/ledger/engine-statistics.ts';
import type { Directive } from '../../core/directive/directive.ts';
import type { LookUpFigures } from '../../telemetry/figures.ts';
import {
  startTelemetry,
  startTracing,
  type Telemetry,
  type TelemetryOptions,
} from '../../telemetry/telemetry.ts';
import { createCapturedLog, type CapturedLog } from './captured-log.ts';
import { compileRules, createRule } from './correlation-bed.ts';
import { createEngineBed, type EngineBed } from './engine-bed.ts';

/** An engine whose figures are shown. */
export interface TelemetryBed {
  readonly bed: EngineBed;
  readonly statistics: EngineStatistics;
  readonly telemetry: Telemetry;
  /** Of telemetry, not of the engine. */
  readonly log: CapturedLog;
  /** Sends what is left and ends; 1 s unless given. */
  readonly stop: (limitMs?: number) => Promise<void>;
}

const LIMIT_MS = 1_000;
const OFF: TelemetryOptions = {
  ...{ otelMetricsEnabled: false, otelTracingEnabled: false },
  ...{ otelEndpoint: 'http://127.0.0.1:1', otelTraceRatio: 0 },
};

/** Directive 1: one event, then two of one kind within a minute, then a last; every alarm gets to risk 5 and more. */
export function createThreeStages(): Directive {
  return compileRules([
    createRule(1, { reliability: 3 }),
    createRule(2, { occurrence: 2, from: ':1' }),
    createRule(3, { from: ':1', reliability: 10 }),
  ]);
}

/** Starts both. */
export async function startTelemetryBed({
  directives = [createThreeStages()],
  options = {},
  engine = {},
  lookUps = [],
}: {
  readonly directives?: readonly Directive[];
  readonly options?: Partial<TelemetryOptions>;
  readonly engine?: Partial<EngineDeps>;
  readonly lookUps?: readonly LookUpFigures[];
} = {}): Promise<TelemetryBed> {
  const log = createCapturedLog();
  const statistics = engine.statistics ?? createEngineStatistics();
  const facts = { version: '1.2.3', mode: 'standalone', node: 'a-node' };
  const common = { log: log.log, options: { ...OFF, ...options }, facts };
  const tracing = await startTracing(common);
  const bed = createEngineBed(directives, { statistics, tracing: tracing?.tracing, ...engine });
  const telemetry = await startTelemetry({
    ...common,
    figures: {
      ...{ ledger: bed.ledger, counters: bed.counters, statistics, engine: bed.engine },
      maxQueue: 1_000,
      files: [
        { name: 'siem_alarms.json', errors: 0, flushLagMs: () => 0 },
        { name: 'siem_alarm_events.json', errors: 2, flushLagMs: () => 1_500 },
      ],
      lookUps: () => lookUps,
      feedClients: () => 3,
    },
  });
  return {
    ...{ bed, statistics, telemetry, log },
    stop: async (limitMs = LIMIT_MS) => {
      await tracing?.stop(limitMs);
      await telemetry.stop(limitMs);
    },
  };
}
