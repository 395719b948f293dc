// Owns the two alarm files and, for every alarm whose backlog lives or whose look-ups run, the newest record and the union
// of its findings: each line is both, so that a late answer never brings back an older state (DESIGN §4).
import type Logger from 'bunyan';
import type { AlarmRecord, Finding } from '../core/alarm/alarm-record.ts';
import type { AlarmState, EngineChange } from '../core/alarm/alarm-state.ts';
import { uniteFindings } from '../core/alarm/unite-findings.ts';
import { progressOf } from '../core/correlation/backlog-progress.ts';
import type { Effect, LookUpTerms } from '../core/correlation/effect.ts';
import type { Findings } from '../core/alarm/alarm-record.ts';
import type { Tracing } from '../core/trace/tracing.ts';
import type { AppendFile } from '../state/append-file.ts';
import { spawnActor, tell, type ActorRef, type ParentRef, type Supervision } from './actor-ref.ts';
import type { EnricherAnswer, EnricherMessage } from './enricher.ts';
import type { LiveFeedMessage } from './live-feed.ts';

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
  readonly enricher: ActorRef<EnricherMessage>;
  readonly hasLookUps: () => boolean;
  readonly liveFeed: ActorRef<LiveFeedMessage>;
  /** The name of this node in alarm states. */
  readonly node: string;
  readonly onFailure: () => void;
  readonly tracing?: Tracing | undefined;
}

interface KeptAlarm {
  /** The newest state without findings; undefined for a reloaded alarm that has had no update yet. */
  state: AlarmState | undefined;
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
  const changes: EngineChange[] = [];
  const endTraces: (() => void)[] = [];
  for (const list of effects) {
    for (const effect of list) {
      try {
        carryOut(state, effect, { events, alarms, changes });
        if (state.deps.tracing !== undefined) trace(state.deps.tracing, effect, endTraces);
      } catch (err) {
        state.deps.onFailure();
        state.deps.log.error({ err, effect: effect.type }, 'an effect of correlation failed');
      }
    }
  }
  publish(state, changes);
  let waiting = 1;
  const onWritten = (): void => {
    waiting -= 1;
    if (waiting > 0) return;
    for (const endTrace of endTraces) endTrace();
    settle();
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

function trace(tracing: Tracing, effect: Effect, endTraces: (() => void)[]): void {
  if (effect.type !== 'update-alarm') return;
  const { carrier, record, directiveId, counts } = effect;
  const { alarm_id: alarmId, risk } = record;
  const { stage } = counts;
  const endTrace = tracing.beginAlarm({ carrier, alarmId, directiveId, risk, stage });
  if (endTrace !== undefined) endTraces.push(endTrace);
}

function carryOut(
  state: WriterState,
  effect: Effect,
  { events, alarms, changes }: { events: Lines; alarms: Lines; changes: EngineChange[] },
): void {
  switch (effect.type) {
    case 'record-events': {
      const head = `{"alarm_id":"${effect.alarmId}","stage":${String(effect.stage)},"event_id":`;
      for (const eventId of effect.eventIds) events.text += `${head}${JSON.stringify(eventId)}}\n`;
      events.count += effect.eventIds.length;
      changes.push({
        ...{ type: 'events', alarmId: effect.alarmId, stage: effect.stage },
        eventIds: effect.eventIds,
      });
      break;
    }
    case 'update-alarm': {
      const kept = keepAlarm(state, effect.record.alarm_id);
      const { record: alarm, directiveId, progress, counts } = effect;
      kept.state = { alarm, directive_id: directiveId, progress, node: state.deps.node, ...counts };
      writeAlarm(kept.state, kept, { alarms, changes });
      if (effect.lookUp !== undefined) beginLookUp(state, effect.record.alarm_id, effect.lookUp);
      break;
    }
    case 'count-events': {
      const kept = state.alarms.get(effect.alarmId);
      if (kept?.state !== undefined) kept.state = { ...kept.state, ...effect.counts };
      changes.push({ type: 'progress', alarmId: effect.alarmId, progress: effect.counts });
      break;
    }
    case 'change-backlog':
      changeBacklog(state, effect, changes);
      break;
    case 'resume-alarm':
      resumeAlarm(state, effect, changes);
      break;
  }
}

/** A reloaded alarm: known to feed and store at once, but no line of the file. */
function resumeAlarm(
  state: WriterState,
  { alarmId, findings, update }: Extract<Effect, { type: 'resume-alarm' }>,
  changes: EngineChange[],
): void {
  const kept = keepAlarm(state, alarmId);
  kept.intelHits = findings.intelHits;
  kept.vulnerabilities = findings.vulnerabilities;
  if (update === undefined) return;
  const { record: alarm, directiveId, counts } = update;
  kept.state = {
    ...{ alarm, directive_id: directiveId, progress: 'running', node: state.deps.node },
    ...counts,
  };
  writeAlarm(kept.state, kept, { alarms: { text: '', count: 0 }, changes });
}

function keepAlarm({ alarms }: WriterState, alarmId: string): KeptAlarm {
  const present = alarms.get(alarmId);
  if (present !== undefined) return present;
  const kept: KeptAlarm = {
    state: undefined,
    intelHits: [],
    vulnerabilities: [],
    lookUpsRunning: 0,
    backlogLives: true,
  };
  alarms.set(alarmId, kept);
  return kept;
}

/** One line of siem_alarms.json, and the same state for feed and store: the record with all findings so far. */
function writeAlarm(
  alarmState: AlarmState,
  { intelHits, vulnerabilities }: Findings,
  { alarms, changes }: { alarms: Lines; changes: EngineChange[] },
): void {
  const alarm: AlarmRecord = {
    ...alarmState.alarm,
    ...(intelHits.length > 0 ? { intel_hits: intelHits } : {}),
    ...(vulnerabilities.length > 0 ? { vulnerabilities } : {}),
  };
  alarms.text += `${JSON.stringify(alarm)}\n`;
  alarms.count += 1;
  changes.push({ type: 'alarm', state: { ...alarmState, alarm } });
}

function publish({ deps }: WriterState, changes: readonly EngineChange[]): void {
  if (changes.length > 0) tell(deps.liveFeed, { type: 'publish', changes });
}

function beginLookUp(state: WriterState, alarmId: string, terms: LookUpTerms): void {
  const { enricher, hasLookUps } = state.deps;
  const writer = state.self.ref;
  if (writer === undefined || !hasLookUps()) return;
  keepAlarm(state, alarmId).lookUpsRunning += 1;
  tell(enricher, { type: 'look-up', alarmId, terms, writer });
}

function settleLookUp(state: WriterState, alarmId: string): void {
  const kept = state.alarms.get(alarmId);
  if (kept === undefined) return;
  kept.lookUpsRunning -= 1;
  forgetIfOver(state, alarmId, kept);
}

function changeBacklog(
  state: WriterState,
  effect: Extract<Effect, { type: 'change-backlog' }>,
  changes: EngineChange[],
): void {
  const { change, alarmId, directiveId, title, risk, end, counts } = effect;
  const progress = progressOf(end);
  changes.push({
    type: 'backlog',
    ...{ change, alarmId, directiveId, title, risk, progress, counts },
  });
  if (change !== 'ended') return;
  const kept = state.alarms.get(alarmId);
  if (kept === undefined) return;
  if (kept.state !== undefined) kept.state = { ...kept.state, progress, ...counts };
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
  if (kept.state === undefined) return;
  const alarms: Lines = { text: '', count: 0 };
  const changes: EngineChange[] = [];
  writeAlarm(kept.state, kept, { alarms, changes });
  state.deps.alarms.append(alarms.text, alarms.count);
  publish(state, changes);
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
