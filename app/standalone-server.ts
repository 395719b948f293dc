// What the outside sees of a standalone engine: HTTP, feed, and the operator's hands on it.
import { fileJsonSchema } from '../config/schemas.ts';
import { createHttpServer, type HttpServer } from '../server/http-server.ts';
import type { LiveFeed } from '../server/feed/live-feed.ts';
import type { ReloadView } from '../server/schemas/reload.ts';
import { readDirectivesOff, writeDirectivesOff } from '../state/directives-off-file.ts';
import { createConfigurationService, type ConfigurationService } from './configuration-service.ts';
import { createDirectiveSwitch } from './directive-switch.ts';
import { createSourceCheck } from './load-configuration.ts';
import { describeOptions } from './option-views.ts';
import { readPackageVersion } from './package-folder.ts';
import { createReadiness, type LifePhase, type ReadinessWatch } from './readiness.ts';
import { createReconfiguration } from './reconfiguration.ts';
import { CLOCK, type StandaloneInput, type StandaloneParts } from './standalone-parts.ts';

/** The server and what else faces the outside. */
export interface StandaloneFront {
  readonly server: HttpServer;
  readonly service: ConfigurationService;
  readonly readiness: ReadinessWatch;
}

/** Wires the front; `phase` says where the process is in its life. */
export async function createFront(
  input: StandaloneInput,
  parts: StandaloneParts,
  phase: () => LifePhase,
): Promise<StandaloneFront> {
  const { options, log } = input;
  const { engine, ledger, counters, overload, access, alarms, alarmEvents, live, figures } = parts;
  const serverLog = log.child({ component: 'server' });
  const service = createService(input, parts);
  const readiness = createReadiness({
    ...{ phase, eventsInFlight: () => engine.gauges().eventsInFlight, maxQueue: options.maxQueue },
    alarmFiles: [
      { name: 'siem_alarms.json', flushLagMs: () => alarms.flushLagMs() },
      { name: 'siem_alarm_events.json', flushLagMs: () => alarmEvents.flushLagMs() },
    ],
    lastReload: () => service.lastReload,
    monotonicMs: CLOCK.monotonicMs,
  });
  const off = await readDirectivesOff(options.logDir, log.child({ component: 'state' }));
  const switches = createDirectiveSwitch({
    engine,
    turnedOff: new Map(off.map(({ id, since, by }) => [id, { since, by }])),
    save: (directives) => writeDirectivesOff(options.logDir, directives),
    wallMs: CLOCK.wallMs,
  });
  const server = createHttpServer({
    ...{ engine, ledger, options, configuration: service, clock: CLOCK, log: serverLog },
    isOverloaded: () => overload.isRaised(),
    access: { options, tokens: access.tokens },
    tls: access.tls,
    admin: {
      ...{ engine, configuration: service, switches, counters },
      facts: {
        ...{ version: readPackageVersion(), mode: options.mode, node: '', started: ledger.since },
        limits: {
          max_queue: options.maxQueue,
          max_backlogs: options.maxBacklogs,
          max_eps: options.maxEps,
          min_eps: options.minEps,
        },
      },
      options: describeOptions(options, input.sources),
      readiness: () => readiness.report(),
      audit: access.audit,
      schemaOf: fileJsonSchema,
    },
    alarms: live,
    further: figures,
  });
  return { server, service, readiness };
}

function createService(input: StandaloneInput, parts: StandaloneParts): ConfigurationService {
  const { options, configuration, warnings, plugins, log } = input;
  return createConfigurationService({
    folder: options.configDir,
    checkSource: createSourceCheck(plugins),
    initial: { configuration, warnings },
    apply: createReconfiguration(configuration, parts, input),
    liveBacklogs: (directiveId) => parts.engine.directive(directiveId)?.backlogs ?? 0,
    onReload: (reload) => {
      announce(parts.live.feed, reload);
    },
    ...{ wallMs: CLOCK.wallMs, log: log.child({ component: 'configuration' }) },
  });
}

/** Tells the feed of a reload; of one that changed nothing too, because somebody asked for it. */
function announce(feed: LiveFeed, { ok, by, faults, directives }: ReloadView): void {
  const { added, changed, removed, renamed } = directives;
  if (ok) {
    const counts = `${String(added.length)} directives added, ${String(changed.length)} changed, ${String(removed.length + renamed.length)} removed or renamed`;
    feed.notify({ level: 'info', code: 'reloaded', message: `${counts}, by ${by}` });
  } else {
    const message = `the configuration was not loaded, it has ${String(faults.length)} faults; the one before stays`;
    feed.notify({ level: 'error', code: 'reload_failed', message });
  }
}
