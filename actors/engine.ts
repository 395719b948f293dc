// Builds the actor tree of DESIGN §3 and is the EnginePort in this thread.
import type Logger from 'bunyan';
import type { CorrelationContext } from '../core/correlation/backlog.ts';
import type { SavedBacklog } from '../core/correlation/saved-backlog.ts';
import type { AlarmKeeping } from '../core/alarm/alarm-keeping.ts';
import type { Directive } from '../core/directive/directive.ts';
import type { NormalizedEvent } from '../core/event/normalized-event.ts';
import type { EngineCounters } from '../core/ledger/engine-counters.ts';
import type { EngineStatistics } from '../core/ledger/engine-statistics.ts';
import type { Ledger } from '../core/ledger/ledger.ts';
import type { Tracing } from '../core/trace/tracing.ts';
import type { AppendFile } from '../state/append-file.ts';
import { ask, startSystem, tell, type ActorRef } from './actor-ref.ts';
import { spawnAlarmWriter, type AlarmWriterMessage } from './alarm-writer.ts';
import { spawnEnricher, type LookUps } from './enricher.ts';
import type {
  Admission,
  EngineGauges,
  EnginePort,
  TerminationReport,
  TurnedOff,
} from './engine-port.ts';
import { createQueries } from './engine-queries.ts';
import { Intake } from './intake.ts';
import { spawnLiveFeed } from './live-feed.ts';
import type { SaveReport } from './manager-persistence.ts';
import type { ReloadInput, ReloadReport } from './slot-reload.ts';
import {
  spawnSupervisor,
  type RestoredBacklogs,
  type Supervisor,
  type SupervisorMessage,
} from './supervisor.ts';
import { createSupervision } from './supervision.ts';

/** Everything the engine is made of; files are open, configuration is compiled. */
export interface EngineDeps {
  readonly log: Logger;
  readonly ledger: Ledger;
  readonly counters: EngineCounters;
  /** Where the engine counts for each directive and stage; without it nothing is counted. */
  readonly statistics?: EngineStatistics | undefined;
  readonly tracing?: Tracing | undefined;
  readonly directives: readonly Directive[];
  readonly context: CorrelationContext;
  /** The log of inputs that this engine goes on with (DESIGN §1). */
  readonly epoch: string;
  readonly nextSequence: number;
  readonly maxQueue: number;
  readonly maxBacklogs: number;
  readonly idleSeconds: number;
  readonly preload: boolean;
  readonly maxDelayMs: number;
  readonly alarms: AppendFile;
  readonly alarmEvents: AppendFile;
  readonly lookUps: LookUps;
  /** The name of this node in alarm states; empty for a standalone engine without one. */
  readonly node: string;
  /** Directives that an operator turned off before this start. */
  readonly turnedOff: ReadonlyMap<number, TurnedOff>;
  /** Whether termination saves backlogs. */
  readonly saveOnTermination: boolean;
  readonly saveBacklogs: (directiveId: number, items: AsyncIterable<SavedBacklog>) => Promise<void>;
  /** See DirectiveManagerDeps. */
  readonly setAside: (
    directiveId: number,
    items: readonly SavedBacklog[],
    reason: string,
  ) => Promise<void>;
  /** Unix milliseconds. */
  readonly clockMs: () => number;
  readonly onLate: () => void;
}

/** The engine of one process, with what only its owner in app/ may do. */
export interface Engine extends EnginePort {
  /** Takes over the backlogs of a directive from a file; before the first event. */
  restore(restored: RestoredBacklogs): void;
  /** Goes on with another configuration from here on; undefined when it failed, which is logged, or is ending. */
  reload(next: ReloadInput): Promise<ReloadReport | undefined>;
  /** The clock tick of DESIGN §1, at least every second. */
  tick(): void;
  readonly nextSequence: number;
}

const WAIT_FOR_ROOM_MS = 2_000;
/** Saving is limited by who ends the engine (--shutdown-timeout). */
const LONGEST_SAVE_MS = 24 * 60 * 60 * 1000;
/** A command of an operator waits for the managers it concerns, and rejects when they take longer. */
/** A full disk holds the lines of a change up; who asked is told. */
const LONGEST_CHANGE_MS = 10_000;
const LONGEST_COMMAND_MS = 300_000;

/** Starts the actors; the engine admits events at once. */
export function createEngine(deps: EngineDeps): Engine {
  const system = startSystem();
  const { log, counters, ledger, tracing, statistics } = deps;
  const onFailure = (): void => {
    counters.actorFailures += 1;
  };
  const supervision = createSupervision(log, onFailure);
  const enricher = spawnEnricher(system, { lookUps: deps.lookUps, supervision });
  const liveFeed = spawnLiveFeed(system, { log, supervision });
  const { alarms, alarmEvents, node, lookUps } = deps;
  const writer = spawnAlarmWriter(system, {
    ...{ log, supervision, alarms, alarmEvents, enricher, liveFeed, node, onFailure, tracing },
    hasLookUps: () => lookUps.hasSources(),
  });
  const intake = new Intake({
    ...{ ledger, counters, maxQueue: deps.maxQueue, nextSequence: deps.nextSequence },
    ...{ waitMs: WAIT_FOR_ROOM_MS, eventMs: statistics?.eventMs },
    clockSeconds: () => Math.floor(deps.clockMs() / 1000),
    onBatch: (take) => {
      tell(supervisor.ref, { type: 'correlate', take });
    },
  });
  const supervisor = spawnSupervisor(system, {
    ...{ log, supervision, ledger, counters, statistics, writer, tracing },
    ...{ directives: deps.directives, context: deps.context, idleSeconds: deps.idleSeconds },
    turnedOff: deps.turnedOff,
    ...{ maxDelayMs: deps.maxDelayMs, clockMs: deps.clockMs, onLate: deps.onLate },
    managers: {
      ...{ log, supervision, epoch: deps.epoch, maxBacklogs: deps.maxBacklogs },
      statistics: statistics?.directives,
      collectKeeping: (alarmIds) => collectKeeping(writer, alarmIds),
      saveBacklogs: deps.saveBacklogs,
      setAside: deps.setAside,
    },
    settle: (inputs) => {
      intake.settle(inputs, performance.now());
    },
  });
  if (deps.preload) tell(supervisor.ref, { type: 'preload' });
  return {
    ...createQueries(supervisor.state),
    setDirective: (directiveId, enabled, by) => {
      const now = intake.now();
      const off = enabled ? undefined : { since: now, by };
      return askSupervisor(supervisor, (done) => ({
        ...{ type: 'set-directive', directiveId, off, now, done },
      })).then((known) => known === true);
    },
    deleteBacklog: (alarmId) =>
      askSupervisor(supervisor, (done) => ({ type: 'stop-backlog', alarmId, done })).then(
        (stopped) => stopped === true,
      ),
    changeAlarms: async (changes) => {
      const compose = (done: (report: true | undefined) => void): AlarmWriterMessage => ({
        ...{ type: 'change-alarms', changes, done },
      });
      const isDone = await ask<AlarmWriterMessage, true | undefined>(
        writer,
        compose,
        LONGEST_CHANGE_MS,
      );
      if (isDone !== true) throw new Error('the alarm writer failed');
    },
    reload: (next) => askSupervisor(supervisor, (done) => ({ type: 'reload', next, done })),
    subscribe: (listener) => {
      tell(liveFeed, { type: 'subscribe', listener });
      return () => {
        tell(liveFeed, { type: 'unsubscribe', listener });
      };
    },
    submit: (events) => submit(intake, tracing, events),
    gauges: () => readGauges(intake, supervisor),
    terminate: (settleMs) => terminate(deps, { intake, supervisor, settleMs }),
    restore: (restored) => {
      tell(supervisor.ref, { type: 'restore', restored });
    },
    tick: () => {
      tell(supervisor.ref, { type: 'tick', now: intake.now() });
    },
    get nextSequence() {
      return intake.nextSequence;
    },
  };
}

function submit(
  intake: Intake,
  tracing: Tracing | undefined,
  events: readonly NormalizedEvent[],
): Admission | Promise<Admission> {
  const endTrace = tracing?.beginSubmission(events);
  const admission = intake.submit(events);
  if (endTrace === undefined) return admission;
  if (typeof admission === 'string') endTrace(admission);
  else void admission.then(endTrace);
  return admission;
}

/** Asks the supervisor, which answers when the command has been carried out; undefined when it failed. */
function askSupervisor<Answer>(
  { ref }: Supervisor,
  compose: (done: (answer: Answer | undefined) => void) => SupervisorMessage,
  limitMs = LONGEST_COMMAND_MS,
): Promise<Answer | undefined> {
  return ask<SupervisorMessage, Answer | undefined>(ref, compose, limitMs);
}

async function collectKeeping(
  writer: ActorRef<AlarmWriterMessage>,
  alarmIds: readonly string[],
): Promise<ReadonlyMap<string, AlarmKeeping>> {
  const found = await new Promise<ReadonlyMap<string, AlarmKeeping> | undefined>((done) => {
    tell(writer, { type: 'collect-keeping', alarmIds, done });
  });
  return found ?? new Map();
}

function readGauges(intake: Intake, { state }: Supervisor): EngineGauges {
  let backlogs = 0;
  let directivesActive = 0;
  let directivesOff = 0;
  for (const slot of state.running) {
    backlogs += slot.backlogs;
    if (slot.backlogs > 0) directivesActive += 1;
  }
  for (const { off } of state.slots.values()) if (off !== undefined) directivesOff += 1;
  return {
    eventsInFlight: intake.inFlight,
    directives: state.slots.size,
    directivesOff,
    managersRunning: state.running.size,
    directivesActive,
    backlogs,
  };
}

async function terminate(
  { saveOnTermination, log }: EngineDeps,
  { intake, supervisor, settleMs }: { intake: Intake; supervisor: Supervisor; settleMs: number },
): Promise<TerminationReport> {
  const isSettled = await intake.close(settleMs);
  if (!isSettled) log.error({ events: intake.inFlight }, 'lines of events are not written yet');
  if (!saveOnTermination) return { savedBacklogs: 0, lostBacklogs: 0 };
  const report = await askSupervisor<SaveReport>(
    supervisor,
    (done) => ({ type: 'save', done }),
    LONGEST_SAVE_MS,
  );
  return { savedBacklogs: report?.saved ?? 0, lostBacklogs: report?.lost ?? 0 };
}
