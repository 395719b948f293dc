// The whole engine with real actors on a clock that the test sets, and with files in memory.
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { createEngine, type Engine, type EngineDeps } from '../../actors/engine.ts';
import type { Admission } from '../../actors/engine-port.ts';
import type { AlarmRecord } from '../../core/alarm/alarm-record.ts';
import type { CorrelationContext } from '../../core/correlation/backlog.ts';
import type { Directive } from '../../core/directive/directive.ts';
import { createEngineCounters, type EngineCounters } from '../../core/ledger/engine-counters.ts';
import { createLedger, findImbalances, type Ledger } from '../../core/ledger/ledger.ts';
import { restoreBacklogs } from '../../state/restore-backlogs.ts';
import { createCapturedLog, type CapturedLog } from './captured-log.ts';
import { createContext, createEvent, START, type EventFields } from './correlation-bed.ts';
import { createMemoryFile, type MemoryFile } from './memory-file.ts';

/** An engine under test; times are seconds after START. */
export interface EngineBed {
  readonly engine: Engine;
  readonly ledger: Ledger;
  readonly counters: EngineCounters;
  readonly log: CapturedLog;
  readonly context: CorrelationContext;
  /** What managers saved, by directive id, as the files would hold it. */
  readonly saved: Map<number, unknown[]>;
  readonly alarmFile: MemoryFile;
  readonly eventFile: MemoryFile;
  /** Submits events in one request, each admitted at the time of the first. */
  readonly post: (...events: EventFields[]) => Admission | Promise<Admission>;
  readonly tick: (at: number) => void;
  /** Waits until everything is handled and checks the ledger. */
  readonly settled: () => Promise<void>;
  readonly alarms: () => AlarmRecord[];
  /** The lines of siem_alarm_events.json as `stage eventId`. */
  readonly alarmEvents: () => string[];
  /** Gives what was saved by another engine to this one. */
  readonly restore: (directive: Directive, items: readonly unknown[]) => void;
}

/** Far more event-loop turns than a message needs from the supervisor to the files. */
const QUIET_TURNS = 60;
/** By then an engine that is not stuck has handled whatever a test posts. */
const LONGEST_TURNS = 100_000;

/** Starts an engine; options that the test does not set are those of an installation without options. */
export function createEngineBed(
  directives: readonly Directive[],
  changes: Partial<EngineDeps> = {},
): EngineBed {
  const ledger = createLedger(START);
  const counters = createEngineCounters();
  const log = createCapturedLog();
  const alarmFile = createMemoryFile(ledger.alarmLines);
  const eventFile = createMemoryFile(ledger.alarmEventLines);
  const saved = new Map<number, unknown[]>();
  const context = changes.context ?? createContext();
  let nowSeconds = START;
  const engine = createEngine({
    ...{ log: log.log, ledger, counters, directives, context },
    ...{ epoch: 'test', nextSequence: 0, maxQueue: 1_000, maxBacklogs: 0, maxDelayMs: 0 },
    ...{ idleSeconds: 600, preload: false, saveOnTermination: true, node: '' },
    ...{ alarms: alarmFile, alarmEvents: eventFile, turnedOff: new Map() },
    lookUps: { hasSources: () => false, lookUp: () => undefined },
    saveBacklogs: async (directiveId, items) => {
      const list: unknown[] = [];
      for await (const item of items) list.push(JSON.parse(JSON.stringify(item)));
      saved.set(directiveId, list);
    },
    setAside: () => Promise.resolve(),
    clockMs: () => nowSeconds * 1000,
    onLate: () => undefined,
    ...changes,
  });
  return {
    ...{ engine, ledger, counters, log, context, saved, alarmFile, eventFile },
    post: (...events) => {
      nowSeconds = START + (events[0]?.at ?? nowSeconds - START);
      ledger.received += events.length;
      return engine.submit(events.map((fields) => createEvent(fields)));
    },
    tick: (at) => {
      nowSeconds = START + at;
      engine.tick();
    },
    settled: async () => {
      for (let quiet = 0, all = 0; quiet < QUIET_TURNS; quiet += 1, all += 1) {
        await turn();
        if (engine.gauges().eventsInFlight > 0) quiet = 0;
        assert.ok(all < LONGEST_TURNS, 'events stay in flight');
      }
      assert.deepEqual(findImbalances(ledger), []);
    },
    alarms: () => alarmFile.lines<AlarmRecord>(),
    alarmEvents: () =>
      eventFile
        .lines<{ stage: number; event_id: string }>()
        .map((line) => `${String(line.stage)} ${line.event_id}`),
    restore: (directive, items) => {
      const { rejected, ...restored } = restoreBacklogs(items, directive, context);
      assert.deepEqual([...rejected.keys()], []);
      engine.restore({ directiveId: directive.id, ...restored });
    },
  };
}
