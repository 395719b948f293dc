import type { EngineGauges } from '../../actors/engine-port.ts';
import type { EngineCounters } from '../../core/ledger/engine-counters.ts';
import { findImbalances, type Ledger } from '../../core/ledger/ledger.ts';
import type { AlarmStoreFigures } from '../../state/alarm-store.ts';
import { defineRoute, type AnyApiRoute } from '../api-route.ts';
import type { Clock } from '../clock.ts';
import type { ConfigurationAdmin } from '../configuration-admin.ts';
import type { MaybePromise } from '../missing-nodes.ts';
import { statusSchema, type Readiness, type StatusView } from '../schemas/status.ts';

/** What does not change while the process runs. */
export interface ProcessFacts {
  readonly version: string;
  readonly mode: string;
  /** Empty for a standalone engine without a name. */
  readonly node: string;
  /** Unix seconds. */
  readonly started: number;
  /** Bounds by name; 0 is no bound. */
  readonly limits: Readonly<Record<string, number>>;
}

export interface StatusRoutesDeps {
  readonly engine: { gauges(): MaybePromise<EngineGauges> };
  readonly ledger: Ledger;
  readonly counters: EngineCounters;
  readonly store: { figures(): MaybePromise<AlarmStoreFigures> };
  /** A frontend's backends; absent elsewhere. */
  readonly cluster?: (() => Promise<Required<Pick<StatusView, 'nodes' | 'findings'>>>) | undefined;
  /** Changes on their way to Elasticsearch; absent without one. */
  readonly mirror?: (() => StatusView['elasticsearch']) | undefined;
  readonly facts: ProcessFacts;
  readonly configuration: Pick<ConfigurationAdmin, 'lastReload'>;
  readonly readiness: () => Readiness;
  readonly isOverloaded: () => boolean;
  /** Events per second now, 0 without a limit. */
  readonly epsLimit: () => number;
  readonly clock: Clock;
}

/** What an operator looks at first. */
export function statusRoutes(deps: StatusRoutesDeps): readonly AnyApiRoute[] {
  const status = defineRoute({
    ...{ method: 'get', path: '/status', summary: 'Shows how the engine does' },
    access: { role: 'reader' },
    answers: { 200: statusSchema },
    handle: async () => ({ status: 200, body: await describeStatus(deps) }),
  });
  return [status];
}

async function describeStatus(deps: StatusRoutesDeps): Promise<StatusView> {
  const { engine, ledger, counters, facts, configuration, clock } = deps;
  const { version, mode, node, started, limits } = facts;
  const [gauges, figures, cluster] = await Promise.all([
    engine.gauges(),
    deps.store.figures(),
    deps.cluster?.(),
  ]);
  return {
    ...{ version, mode, node, started },
    uptime_seconds: Math.max(0, Math.floor(clock.wallMs() / 1000) - started),
    readiness: deps.readiness(),
    overloaded: deps.isOverloaded(),
    ledger: describeLedger(ledger),
    gauges: snakeKeys({ ...gauges }),
    counters: snakeKeys({ ...counters }),
    alarm_store: describeStore(figures),
    elasticsearch: deps.mirror?.() ?? null,
    limits: { ...limits, eps_now: deps.epsLimit() },
    last_reload: configuration.lastReload,
    ...cluster,
  };
}

function describeLedger(ledger: Ledger): StatusView['ledger'] {
  const { since, received, refused, accepted, unrouted, reached, whitelisted, failed } = ledger;
  const { lost, deliveries, consumed, opened, unmatched } = ledger;
  return {
    ...{ since, received, refused: { ...refused }, accepted, unrouted, reached },
    published: ledger.published,
    ...{ no_directive: ledger.noDirective, whitelisted, failed, lost },
    ...{ deliveries, deliveries_in_flight: ledger.deliveriesInFlight },
    ...{ consumed, opened, unmatched, out_of_order: ledger.outOfOrder },
    deliveries_failed: ledger.deliveriesFailed,
    alarm_lines: { ...ledger.alarmLines },
    alarm_event_lines: { ...ledger.alarmEventLines },
    imbalances: findImbalances(ledger),
  };
}

function describeStore({
  lagSeconds,
  failure,
  ...figures
}: AlarmStoreFigures): StatusView['alarm_store'] {
  return { ...figures, lag_seconds: lagSeconds, failure: failure ?? null };
}

function snakeKeys(figures: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}
