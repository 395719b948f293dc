// The operator's hands on an engine, whoever asks for them: configuration, switches of directives, readiness.
import type { LiveFeed } from '../server/feed/live-feed.ts';
import type { ReloadView } from '../server/schemas/reload.ts';
import type { Readiness } from '../server/schemas/status.ts';
import type { DirectiveSwitch } from '../server/configuration-admin.ts';
import { readDirectivesOff, writeDirectivesOff } from '../state/directives-off-file.ts';
import { createConfigurationService, type ConfigurationService } from './configuration-service.ts';
import { createDirectiveSwitch } from './directive-switch.ts';
import { CLOCK, type EngineInput, type EngineParts } from './engine-parts.ts';
import { createSourceCheck } from './load-configuration.ts';
import { createReadiness, type LifePhase, type ReadinessWatch } from './readiness.ts';
import { createReconfiguration } from './reconfiguration.ts';
import { stateFolder } from './state-folder.ts';

export interface EngineHands {
  readonly service: ConfigurationService;
  readonly readiness: ReadinessWatch;
  readonly switches: DirectiveSwitch;
}

/** Makes them; `phase` says where the process is in its life, `further` what else stands against being ready, `notes` what should be known. */
export async function createHands(
  input: EngineInput,
  parts: EngineParts,
  {
    phase,
    further,
    notes,
  }: {
    readonly phase: () => LifePhase;
    readonly further?: () => Readiness['reasons'];
    readonly notes?: () => Readiness['notes'];
  },
): Promise<EngineHands> {
  const { options, log } = input;
  const { engine, alarms, alarmEvents } = parts;
  const service = createService(input, parts);
  const readiness = createReadiness({
    ...{ phase, eventsInFlight: () => engine.gauges().eventsInFlight, maxQueue: options.maxQueue },
    alarmFiles: [
      { name: 'siem_alarms.json', flushLagMs: () => alarms.flushLagMs() },
      { name: 'siem_alarm_events.json', flushLagMs: () => alarmEvents.flushLagMs() },
    ],
    lastReload: () => service.lastReload,
    monotonicMs: CLOCK.monotonicMs,
    further,
    notes,
  });
  const folder = stateFolder(options);
  const off = await readDirectivesOff(folder, log.child({ component: 'state' }));
  const switches = createDirectiveSwitch({
    engine,
    turnedOff: new Map(off.map(({ id, since, by }) => [id, { since, by }])),
    save: (directives) => writeDirectivesOff(folder, directives),
    wallMs: CLOCK.wallMs,
  });
  return { service, readiness, switches };
}

function createService(input: EngineInput, parts: EngineParts): ConfigurationService {
  const { options, configuration, warnings, plugins, isWanted, log } = input;
  return createConfigurationService({
    ...{ folder: options.configDir, isWanted },
    checkSource: createSourceCheck(plugins),
    initial: { configuration, warnings },
    apply: createReconfiguration(configuration, parts, input),
    liveBacklogs: (directiveId) => parts.engine.directive(directiveId)?.backlogs ?? 0,
    onReload: (reload) => {
      announceReload(parts.live.feed, reload);
    },
    ...{ wallMs: CLOCK.wallMs, log: log.child({ component: 'configuration' }) },
  });
}

/** Tells the feed of a reload; of one that changed nothing too, because somebody asked for it. */
export function announceReload(
  feed: Pick<LiveFeed, 'notify'>,
  { ok, by, faults, directives }: ReloadView,
): void {
  const { added, changed, removed, renamed } = directives;
  if (ok) {
    const counts = `${String(added.length)} directives added, ${String(changed.length)} changed, ${String(removed.length + renamed.length)} removed or renamed`;
    feed.notify({ level: 'info', code: 'reloaded', message: `${counts}, by ${by}` });
  } else {
    const message = `the configuration was not loaded, it has ${String(faults.length)} faults; the one before stays`;
    feed.notify({ level: 'error', code: 'reload_failed', message });
  }
}
