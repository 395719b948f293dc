// Constructs and wires what a standalone engine is made of (DESIGN §5); nothing listens yet.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type Logger from 'bunyan';
import { createEngine, type Engine } from '../actors/engine.ts';
import type { ConfigurationFault } from '../config/configuration-fault.ts';
import type { Configuration } from '../config/configuration.ts';
import type { OptionSources } from '../config/option-rules.ts';
import type { Options } from '../config/options.ts';
import { createEngineCounters, type EngineCounters } from '../core/ledger/engine-counters.ts';
import { createLedger, type Ledger } from '../core/ledger/ledger.ts';
import type { Plugin } from '../enrichment/plugin.ts';
import { createAppendFile, type AppendFile } from '../state/append-file.ts';
import { writeFileAtomically } from '../state/atomic-file.ts';
import { readDirectivesOff } from '../state/directives-off-file.ts';
import { takeLogPosition } from '../state/engine-file.ts';
import { createMemoryAlarmStore } from '../state/memory-alarm-store.ts';
import { createSavedBacklogFiles } from '../state/saved-backlog-files.ts';
import { openFigures, showFigures, type ShownFigures } from './figures.ts';
import { createLiveAlarms, type LiveAlarms } from './live-alarms.ts';
import { createLookUps, type ReplaceableLookUps } from './look-ups.ts';
import { openAccess, type OpenedAccess } from './open-access.ts';
import { createOverload, type Overload } from './overload.ts';
import { createContext, openEnrichment } from './reconfiguration.ts';
import { restoreSaved } from './restore-saved.ts';

/** What a start is given: options and configuration are read and checked. */
export interface StandaloneInput {
  readonly options: Options;
  readonly sources: OptionSources;
  readonly configuration: Configuration;
  readonly warnings: readonly ConfigurationFault[];
  readonly plugins: readonly Plugin[];
  readonly log: Logger;
  /** Called when the log directory is ours: from here on a start must be ended by a stop. */
  readonly onLocked: () => void;
}

/** The parts that live as long as the process. */
export interface StandaloneParts {
  readonly ledger: Ledger;
  readonly counters: EngineCounters;
  readonly alarms: AppendFile;
  readonly alarmEvents: AppendFile;
  /** The name of the log of inputs (DESIGN §1). */
  readonly epoch: string;
  readonly engine: Engine;
  readonly lookUps: ReplaceableLookUps;
  readonly overload: Overload;
  readonly access: OpenedAccess;
  /** Every alarm since the start, and those that came back with saved backlogs. */
  readonly live: LiveAlarms;
  readonly figures: ShownFigures;
}

/** The clocks of the process. */
export const CLOCK = {
  wallMs: (): number => Date.now(),
  monotonicMs: (): number => performance.now(),
};

/** Opens files, starts the engine and hands it what the last run saved; rejects when a file cannot be opened. */
export async function openParts(input: StandaloneInput): Promise<StandaloneParts> {
  const { options, configuration, log } = input;
  const { logDir } = options;
  const stateLog = log.child({ component: 'state' });
  const telemetryLog = log.child({ component: 'telemetry' });
  const access = await openAccess(options, log.child({ component: 'access' }));
  const ledger = createLedger(Math.floor(Date.now() / 1000));
  const counters = createEngineCounters();
  const alarms = await createAppendFile({
    ...{ path: join(logDir, 'siem_alarms.json'), log: stateLog, counts: ledger.alarmLines },
  });
  const alarmEvents = await createAppendFile({
    path: join(logDir, 'siem_alarm_events.json'),
    ...{ log: stateLog, counts: ledger.alarmEventLines },
  });
  const position = await takeLogPosition(logDir, stateLog);
  const epoch = position?.epoch ?? randomBytes(12).toString('base64url');
  const lookUps = createLookUps(openEnrichment(configuration, input));
  const overload = createOverload(options.holdDuration * 1000, () => performance.now());
  const files = createSavedBacklogFiles(logDir, stateLog);
  const turnedOff = await readDirectivesOff(logDir, stateLog);
  const context = createContext(options, configuration);
  const directives = configuration.directives.map(({ directive }) => directive);
  const names = new Map(directives.map(({ id, name }) => [id, name]));
  const opened = await openFigures(options, names, telemetryLog);
  const engine = createEngine({
    ...{ statistics: opened.statistics, tracing: opened.tracing?.tracing },
    ...{ log: log.child({ component: 'engine' }), ledger, counters, directives, context, epoch },
    nextSequence: position?.nextSequence ?? 0,
    ...{ maxQueue: options.maxQueue, maxBacklogs: options.maxBacklogs },
    idleSeconds: options.preloadAllDirectives
      ? Number.POSITIVE_INFINITY
      : options.idleDirectivesTimeout * 60,
    preload: options.preloadAllDirectives,
    maxDelayMs: options.maxDelay * 1000,
    ...{ alarms, alarmEvents, lookUps, node: '' },
    turnedOff: new Map(turnedOff.map(({ id, since, by }) => [id, { since, by }])),
    saveOnTermination: options.reloadBacklogs,
    saveBacklogs: async (directiveId, items) => {
      await files.write(directiveId, items);
    },
    setAside: async (directiveId, items, reason) => {
      if (await files.setAsideBacklogs(directiveId, items, reason)) return;
      throw new Error('saved backlogs could not be set aside');
    },
    clockMs: Date.now,
    onLate: () => {
      overload.raise();
    },
  });
  const live = createLiveAlarms({ engine, store: createMemoryAlarmStore(), clock: CLOCK, log });
  if (options.reloadBacklogs) {
    const byId = new Map(directives.map((directive) => [directive.id, directive]));
    await restoreSaved({ engine, files, directives: byId, context, counters, log });
  }
  const figures = await showFigures(opened, {
    ...{ options, log: telemetryLog, ledger, counters, engine, alarms, alarmEvents, lookUps },
    ...{ feedClients: () => live.feed.clients, clock: CLOCK },
  });
  await writeUiSettings(options, log);
  return {
    ...{
      ledger,
      counters,
      alarms,
      alarmEvents,
      epoch,
      engine,
      lookUps,
      overload,
      access,
      live,
      figures,
    },
  };
}

/** `dsiem_config.json` tells Dsiem's web page the statuses and tags (SPEC §11); a read-only folder is a warning. */
async function writeUiSettings(options: Options, log: Logger): Promise<void> {
  const path = join(options.configDir, 'dsiem_config.json');
  const text = `${JSON.stringify({ status: options.status, tags: options.tags })}\n`;
  try {
    await writeFileAtomically(path, text);
  } catch (err) {
    log.warn({ err, path }, 'the settings for the web page cannot be written');
  }
}
