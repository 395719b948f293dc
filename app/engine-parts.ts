// Constructs and wires what an engine is made of, standalone or as a backend (DESIGN §5); nothing listens yet.
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
import { readDirectivesOff } from '../state/directives-off-file.ts';
import { takeLogPosition } from '../state/engine-file.ts';
import { createSavedBacklogFiles } from '../state/saved-backlog-files.ts';
import { openFigures, showFigures, type ShownFigures } from './figures.ts';
import {
  createLiveAlarms,
  openAlarmStore,
  openMirror,
  openRecord,
  type LiveAlarms,
} from './live-alarms.ts';
import { createLookUps, type ReplaceableLookUps } from './look-ups.ts';
import { openAccess, type OpenedAccess } from './open-access.ts';
import { createOverload, type Overload } from './overload.ts';
import { createContext, openEnrichment } from './reconfiguration.ts';
import { restoreSaved } from './restore-saved.ts';
import { stateFolder } from './state-folder.ts';
import { writeUiSettings } from './ui-settings.ts';

/** What a start is given: options and configuration are read and checked. */
export interface EngineInput {
  readonly options: Options;
  readonly sources: OptionSources;
  readonly configuration: Configuration;
  readonly warnings: readonly ConfigurationFault[];
  readonly plugins: readonly Plugin[];
  /** Which configuration files concern this node; all of them unless given. */
  readonly isWanted?: (name: string) => boolean;
  /** Opened already; opened here unless given. */
  readonly access?: OpenedAccess;
  /** What a late event raises; one of its own unless given. */
  readonly overload?: Overload;
  readonly log: Logger;
  /** Called when the log directory is ours: from here on a start must be ended by a stop. */
  readonly onLocked: () => void;
}

/** The parts that live as long as the process. */
export interface EngineParts {
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
export async function openParts(input: EngineInput): Promise<EngineParts> {
  const { options, configuration, log } = input;
  const { logDir, node } = options;
  const folder = stateFolder(options);
  const stateLog = log.child({ component: 'state' });
  const telemetryLog = log.child({ component: 'telemetry' });
  const access = input.access ?? (await openAccess(options, log.child({ component: 'access' })));
  const ledger = createLedger(Math.floor(Date.now() / 1000));
  const counters = createEngineCounters();
  const alarms = await createAppendFile({
    ...{ path: join(logDir, 'siem_alarms.json'), log: stateLog, counts: ledger.alarmLines },
  });
  const alarmEvents = await createAppendFile({
    path: join(logDir, 'siem_alarm_events.json'),
    ...{ log: stateLog, counts: ledger.alarmEventLines },
  });
  const position = await takeLogPosition(folder, stateLog);
  const epoch = position?.epoch ?? randomBytes(12).toString('base64url');
  const lookUps = createLookUps(openEnrichment(configuration, input));
  const { overload = createOverload(options.holdDuration * 1000, () => performance.now()) } = input;
  const files = createSavedBacklogFiles(logDir, stateLog);
  const turnedOff = await readDirectivesOff(folder, stateLog);
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
    ...{ alarms, alarmEvents, lookUps, node },
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
  const live = createLiveAlarms({
    ...{ engine, clock: CLOCK, log },
    store: await openAlarmStore(options, CLOCK, log.child({ component: 'alarm-store' })),
    record: await openRecord(options, stateLog),
    mirror: await openMirror(options, CLOCK, log.child({ component: 'elasticsearch' })),
  });
  let restored: readonly string[] = [];
  if (options.reloadBacklogs) {
    const byId = new Map(directives.map((directive) => [directive.id, directive]));
    restored = await restoreSaved({ engine, files, directives: byId, context, counters, log });
  }
  void live.goOnWith(restored);
  const figures = await showFigures(opened, {
    ...{ options, log: telemetryLog, ledger, counters, engine, alarms, alarmEvents, lookUps },
    ...{ feedClients: () => live.feed.clients, clock: CLOCK },
  });
  if (options.mode === 'standalone') await writeUiSettings(options, log);
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
