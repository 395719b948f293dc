// Owns the two alarm files and, for every alarm whose backlog lives or whose look-ups run, the newest record and the union
// of its findings: each line is both, so that a late answer never brings back an older state (DESIGN §4).
import type Logger from 'bunyan';
import type { AlarmRecord, Finding } from '../core/alarm/alarm-record.ts';
import type { Effect, LookUpTerms } from '../core/correlation/effect.ts';
import type { Findings } from '../core/correlation/saved-backlog.ts';
import type { AppendFile } from '../state/append-file.ts';
import { spawnActor, tell, type ActorRef, type ParentRef, type Supervision } from './actor-ref.ts';
import type { EnricherAnswer, EnricherMessage } from './enricher.ts';

/** Effects that wait to be carried out, in order for each alarm; `settle` is called when their lines are on file. */
export interface Outbox {
  readonly effects: readonly (readonly Effect[])[];
  readonly settle: () => void;
}

/** What the writer is asked. */
export type AlarmWriterMessage =
  | { readonly type: 'write'; readonly take: () => Outbox }
  | EnricherAnswer
  | {
      readonly type: 'collect-findings';
      readonly alarmIds: readonly string[];
      readonly done: (findings: ReadonlyMap<string, Findings> | undefined) => void;
    };

/** What the writer needs. */
export interface AlarmWriterDeps {
  readonly log: Logger;
  readonly supervision: Supervision;
  readonly alarms: AppendFile;
  readonly alarmEvents: AppendFile;
  /** Undefined when no source of look-ups is configured. */
  readonly enricher: ActorRef<EnricherMessage> | undefined;
  readonly onFailure: () => void;
}

interface KeptAlarm {
  /** Undefined for a reloaded alarm that has had no update yet. */
  record: AlarmRecord | undefined;
  intelHits: readonly Finding[];
  vulnerabilities: readonly Finding[];
  lookUpsRunning: number;
  backlogLives: boolean;
}

interface WriterState {
  readonly deps: AlarmWriterDeps;
  readonly alarms: Map<string, KeptAlarm>;
  readonly self: { ref: ActorRef<AlarmWriterMessage> | undefined };
}

interface Lines {
  text: string;
  count: number;
}

/** Starts the writer. */
export function spawnAlarmWriter(
  parent: ParentRef,
  deps: AlarmWriterDeps,
): ActorRef<AlarmWriterMessage> {
  const state: WriterState = { deps, alarms: new Map(), self: { ref: undefined } };
  state.self.ref = spawnActor<WriterState, AlarmWriterMessage>(parent, {
    name: 'alarm-writer',
    state,
    handler: handleMessage,
    supervision: deps.supervision,
  });
  return state.self.ref;
}

function handleMessage(state: WriterState, message: AlarmWriterMessage): WriterState {
  switch (message.type) {
    case 'write':
      write(state, message.take());
      break;
    case 'add-findings':
      addFindings(state, message.alarmId, message.findings);
      break;
    case 'settle-look-up':
      settleLookUp(state, message.alarmId);
      break;
    case 'collect-findings':
      message.done(collectFindings(state, message.alarmIds));
      break;
  }
  return state;
}

function write(state: WriterState, { effects, settle }: Outbox): void {
  const events: Lines = { text: '', count: 0 };
  const alarms: Lines = { text: '', count: 0 };
  for (const list of effects) {
    for (const effect of list) {
      try {
        carryOut(state, effect, { events, alarms });
      } catch (err) {
        state.deps.onFailure();
        state.deps.log.error({ err, effect: effect.type }, 'an effect of correlation failed');
      }
    }
  }
  let waiting = 1;
  const onWritten = (): void => {
    waiting -= 1;
    if (waiting === 0) settle();
  };
  if (events.count > 0) {
    waiting += 1;
    state.deps.alarmEvents.append(events.text, events.count, onWritten);
  }
  if (alarms.count > 0) {
    waiting += 1;
    state.deps.alarms.append(alarms.text, alarms.count, onWritten);
  }
  onWritten();
}

function carryOut(
  state: WriterState,
  effect: Effect,
  { events, alarms }: { events: Lines; alarms: Lines },
): void {
  switch (effect.type) {
    case 'record-events': {
      const head = `{"alarm_id":"${effect.alarmId}","stage":${String(effect.stage)},"event_id":`;
      for (const eventId of effect.eventIds) events.text += `${head}${JSON.stringify(eventId)}}\n`;
      events.count += effect.eventIds.length;
      break;
    }
    case 'update-alarm': {
      const kept = keepAlarm(state, effect.record.alarm_id);
      kept.record = effect.record;
      alarms.text += formatAlarm(effect.record, kept);
      alarms.count += 1;
      if (effect.lookUp !== undefined) beginLookUp(state, effect.record.alarm_id, effect.lookUp);
      break;
    }
    case 'end-backlog':
      endBacklog(state, effect.alarmId);
      break;
    case 'resume-alarm': {
      const kept = keepAlarm(state, effect.alarmId);
      kept.intelHits = effect.findings.intelHits;
      kept.vulnerabilities = effect.findings.vulnerabilities;
      break;
    }
  }
}

function keepAlarm({ alarms }: WriterState, alarmId: string): KeptAlarm {
  const present = alarms.get(alarmId);
  if (present !== undefined) return present;
  const kept: KeptAlarm = {
    record: undefined,
    intelHits: [],
    vulnerabilities: [],
    lookUpsRunning: 0,
    backlogLives: true,
  };
  alarms.set(alarmId, kept);
  return kept;
}

/** One line of siem_alarms.json: the record with all findings so far. */
function formatAlarm(record: AlarmRecord, { intelHits, vulnerabilities }: Findings): string {
  if (intelHits.length === 0 && vulnerabilities.length === 0) {
    return `${JSON.stringify(record)}\n`;
  }
  const line: AlarmRecord = {
    ...record,
    ...(intelHits.length > 0 ? { intel_hits: intelHits } : {}),
    ...(vulnerabilities.length > 0 ? { vulnerabilities } : {}),
  };
  return `${JSON.stringify(line)}\n`;
}

function beginLookUp(state: WriterState, alarmId: string, terms: LookUpTerms): void {
  const { enricher } = state.deps;
  const writer = state.self.ref;
  if (enricher === undefined || writer === undefined) return;
  keepAlarm(state, alarmId).lookUpsRunning += 1;
  tell(enricher, { type: 'look-up', alarmId, terms, writer });
}

function settleLookUp(state: WriterState, alarmId: string): void {
  const kept = state.alarms.get(alarmId);
  if (kept === undefined) return;
  kept.lookUpsRunning -= 1;
  forgetIfOver(state, alarmId, kept);
}

function endBacklog(state: WriterState, alarmId: string): void {
  const kept = state.alarms.get(alarmId);
  if (kept === undefined) return;
  kept.backlogLives = false;
  forgetIfOver(state, alarmId, kept);
}

function forgetIfOver({ alarms }: WriterState, alarmId: string, kept: KeptAlarm): void {
  if (!kept.backlogLives && kept.lookUpsRunning <= 0) alarms.delete(alarmId);
}

/** Adds what a look-up found; a new finding is one more line of the alarm (SPEC §8: results never shrink). */
function addFindings(state: WriterState, alarmId: string, findings: Findings): void {
  const kept = state.alarms.get(alarmId);
  if (kept === undefined) return;
  const intelHits = uniteFindings(kept.intelHits, findings.intelHits);
  const vulnerabilities = uniteFindings(kept.vulnerabilities, findings.vulnerabilities);
  if (intelHits === kept.intelHits && vulnerabilities === kept.vulnerabilities) return;
  kept.intelHits = intelHits;
  kept.vulnerabilities = vulnerabilities;
  if (kept.record !== undefined) state.deps.alarms.append(formatAlarm(kept.record, kept), 1);
}

/** The union of both lists; the very same list when nothing is new. */
function uniteFindings(known: readonly Finding[], found: readonly Finding[]): readonly Finding[] {
  const fresh = found.filter(
    ({ provider, term, result }) =>
      !known.some(
        (other) => other.provider === provider && other.term === term && other.result === result,
      ),
  );
  return fresh.length === 0 ? known : [...known, ...fresh];
}

function collectFindings(
  { alarms }: WriterState,
  alarmIds: readonly string[],
): ReadonlyMap<string, Findings> {
  const found = new Map<string, Findings>();
  for (const alarmId of alarmIds) {
    const kept = alarms.get(alarmId);
    if (kept !== undefined) found.set(alarmId, kept);
  }
  return found;
}
