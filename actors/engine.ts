// Builds the actor tree of DESIGN §3 and is the EnginePort in this thread.
import type Logger from 'bunyan';
import type { CorrelationContext } from '../core/correlation/backlog.ts';
import type { Findings, SavedBacklog } from '../core/correlation/saved-backlog.ts';
import type { Directive } from '../core/directive/directive.ts';
import type { EngineCounters } from '../core/ledger/engine-counters.ts';
import type { Ledger } from '../core/ledger/ledger.ts';
import type { AppendFile } from '../state/append-file.ts';
import { ask, startSystem, tell, type ActorRef } from './actor-ref.ts';
import { spawnAlarmWriter, type AlarmWriterMessage } from './alarm-writer.ts';
import { spawnEnricher, type LookUps } from './enricher.ts';
import type { EngineGauges, EnginePort, TerminationReport } from './engine-port.ts';
import { Intake } from './intake.ts';
import type { SaveReport } from './manager-persistence.ts';
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
  readonly lookUps: LookUps | undefined;
  /** Whether termination saves backlogs. */
  readonly saveOnTermination: boolean;
  readonly saveBacklogs: (directiveId: number, items: AsyncIterable<SavedBacklog>) => Promise<void>;
  /** Unix milliseconds. */
  readonly clockMs: () => number;
  readonly onLate: () => void;
}

/** The engine of one process, with what only its owner in app/ may do. */
export interface Engine extends EnginePort {
  /** Takes over the backlogs of a directive from a file; before the first event. */
  restore(restored: RestoredBacklogs): void;
  /** The clock tick of DESIGN §1, at least every second. */
  tick(): void;
  readonly nextSequence: number;
}

const WAIT_FOR_ROOM_MS = 2_000;
/** Termination is limited by its caller. */
const LONGEST_ASK_MS = 24 * 60 * 60 * 1000;

/** Starts the actors; the engine admits events at once. */
export function createEngine(deps: EngineDeps): Engine {
  const system = startSystem();
  const { log, counters, ledger } = deps;
  const onFailure = (): void => {
    counters.actorFailures += 1;
  };
  const supervision = createSupervision(log, onFailure);
  const enricher =
    deps.lookUps === undefined
      ? undefined
      : spawnEnricher(system, { lookUps: deps.lookUps, supervision });
  const { alarms, alarmEvents } = deps;
  const writer = spawnAlarmWriter(system, {
    ...{ log, supervision, alarms, alarmEvents, enricher, onFailure },
  });
  const intake = new Intake({
    ...{ ledger, counters, maxQueue: deps.maxQueue, nextSequence: deps.nextSequence },
    waitMs: WAIT_FOR_ROOM_MS,
    clockSeconds: () => Math.floor(deps.clockMs() / 1000),
    onBatch: (take) => {
      tell(supervisor.ref, { type: 'correlate', take });
    },
  });
  const supervisor = spawnSupervisor(system, {
    ...{ log, supervision, ledger, counters, writer },
    ...{ directives: deps.directives, context: deps.context, idleSeconds: deps.idleSeconds },
    ...{ maxDelayMs: deps.maxDelayMs, clockMs: deps.clockMs, onLate: deps.onLate },
    managers: {
      ...{ log, supervision, epoch: deps.epoch, maxBacklogs: deps.maxBacklogs },
      collectFindings: (alarmIds) => collectFindings(writer, alarmIds),
      saveBacklogs: deps.saveBacklogs,
    },
    settle: (inputs) => {
      intake.settle(inputs, performance.now());
    },
  });
  if (deps.preload) tell(supervisor.ref, { type: 'preload' });
  return {
    submit: (events) => intake.submit(events),
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

async function collectFindings(
  writer: ActorRef<AlarmWriterMessage>,
  alarmIds: readonly string[],
): Promise<ReadonlyMap<string, Findings>> {
  const found = await new Promise<ReadonlyMap<string, Findings> | undefined>((done) => {
    tell(writer, { type: 'collect-findings', alarmIds, done });
  });
  return found ?? new Map();
}

function readGauges(intake: Intake, { state }: Supervisor): EngineGauges {
  let backlogs = 0;
  let directivesActive = 0;
  for (const slot of state.running) {
    backlogs += slot.backlogs;
    if (slot.backlogs > 0) directivesActive += 1;
  }
  return {
    eventsInFlight: intake.inFlight,
    directives: state.slots.size,
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
  const report = await ask<SupervisorMessage, SaveReport | undefined>(
    supervisor.ref,
    (done) => ({ type: 'save', done }),
    LONGEST_ASK_MS,
  );
  return { savedBacklogs: report?.saved ?? 0, lostBacklogs: report?.lost ?? 0 };
}
