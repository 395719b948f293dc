// Owns the two alarm files and, for every alarm whose backlog lives or whose look-ups run, the newest record and the union
// of its findings: each line is both, so that a late answer never brings back an older state (DESIGN §4).
import type Logger from 'bunyan';
import type { AlarmKeeping } from '../core/alarm/alarm-keeping.ts';
import type { Findings } from '../core/alarm/alarm-record.ts';
import type { EngineChange } from '../core/alarm/alarm-state.ts';
import { progressOf } from '../core/correlation/backlog-progress.ts';
import type { Effect, LookUpTerms } from '../core/correlation/effect.ts';
import type { Tracing } from '../core/trace/tracing.ts';
import type { AppendFile } from '../state/append-file.ts';
import { spawnActor, tell, type ActorRef, type ParentRef, type Supervision } from './actor-ref.ts';
import type { EnricherAnswer, EnricherMessage } from './enricher.ts';
import type { AlarmChange } from './engine-port.ts';
import {
  addFindings,
  carryOutActions,
  collectKeeping,
  createKeptAlarm,
  forgetIfOver,
  keepAlarm,
  writeAlarm,
  type AlarmOutput,
  type KeptAlarm,
  type Lines,
} from './kept-alarms.ts';
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
      readonly type: 'collect-keeping';
      readonly alarmIds: readonly string[];
      readonly done: (keeping: ReadonlyMap<string, AlarmKeeping> | undefined) => void;
    }
  /** `done` when its lines are on file and its changes are told. */
  | {
      readonly type: 'change-alarms';
      readonly changes: readonly AlarmChange[];
      readonly done: (report: true | undefined) => void;
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

interface WriterState {
  readonly deps: AlarmWriterDeps;
  readonly alarms: Map<string, KeptAlarm>;
  readonly self: { ref: ActorRef<AlarmWriterMessage> | undefined };
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
      takeFindings(state, message.alarmId, message.findings);
      break;
    case 'settle-look-up':
      settleLookUp(state, message.alarmId);
      break;
    case 'collect-keeping':
      message.done(collectKeeping(state.alarms, message.alarmIds));
      break;
    case 'change-alarms':
      changeAlarms(state, message.changes, () => {
        message.done(true);
      });
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
      for (const { eventId } of effect.events) {
        events.text += `${head}${JSON.stringify(eventId)}}\n`;
      }
      events.count += effect.events.length;
      const { alarmId, stage, events: accepted } = effect;
      changes.push({ type: 'events', alarmId, stage, events: accepted });
      break;
    }
    case 'update-alarm': {
      const kept = keepAlarm(state.alarms, effect.record.alarm_id);
      const { record: alarm, directiveId, progress, counts, risks } = effect;
      const { node } = state.deps;
      kept.state = { alarm, directive_id: directiveId, progress, node, risks, ...counts };
      writeAlarm(kept, { alarms, changes });
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
  { alarmId, findings, deleted, update }: Extract<Effect, { type: 'resume-alarm' }>,
  changes: EngineChange[],
): void {
  const kept = keepAlarm(state.alarms, alarmId);
  kept.intelHits = findings.intelHits;
  kept.vulnerabilities = findings.vulnerabilities;
  kept.deleted = deleted;
  if (update === undefined) return;
  const { record: alarm, directiveId, counts, risks } = update;
  kept.state = {
    ...{ alarm, directive_id: directiveId, progress: 'running', node: state.deps.node, risks },
    ...counts,
  };
  writeAlarm(kept, { alarms: { text: '', count: 0 }, changes });
}

function publish(
  { deps }: WriterState,
  changes: readonly EngineChange[],
  done?: (report: true | undefined) => void,
): void {
  if (changes.length > 0 || done !== undefined) {
    tell(deps.liveFeed, { type: 'publish', changes, done });
  }
}

function beginLookUp(state: WriterState, alarmId: string, terms: LookUpTerms): void {
  const { enricher, hasLookUps } = state.deps;
  const writer = state.self.ref;
  if (writer === undefined || !hasLookUps()) return;
  keepAlarm(state.alarms, alarmId).lookUpsRunning += 1;
  tell(enricher, { type: 'look-up', alarmId, terms, writer });
}

function settleLookUp(state: WriterState, alarmId: string): void {
  const kept = state.alarms.get(alarmId);
  if (kept === undefined) return;
  kept.lookUpsRunning -= 1;
  forgetIfOver(state.alarms, alarmId, kept);
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
  forgetIfOver(state.alarms, alarmId, kept);
}

/** Takes over what a look-up found; a new finding is one more line of the alarm. */
function takeFindings(state: WriterState, alarmId: string, findings: Findings): void {
  const kept = state.alarms.get(alarmId);
  if (kept === undefined || !addFindings(kept, findings)) return;
  const output = createOutput();
  writeAlarm(kept, output);
  if (output.alarms.count > 0) state.deps.alarms.append(output.alarms.text, output.alarms.count);
  publish(state, output.changes);
}

/** An alarm that is not kept any more is what the caller knows of it. */
function changeAlarms(
  state: WriterState,
  wanted: readonly AlarmChange[],
  onDone: () => void,
): void {
  const output = createOutput();
  for (const { known, actions } of wanted) {
    const kept = state.alarms.get(known.alarm.alarm_id);
    if (kept === undefined) carryOutActions(createKeptAlarm(known), actions, output);
    else {
      kept.state ??= known;
      carryOutActions(kept, actions, output);
    }
  }
  let waiting = 2;
  const step = (): void => {
    waiting -= 1;
    if (waiting === 0) onDone();
  };
  publish(state, output.changes, step);
  if (output.alarms.count === 0) step();
  else state.deps.alarms.append(output.alarms.text, output.alarms.count, step);
}

function createOutput(): AlarmOutput {
  return { alarms: { text: '', count: 0 }, changes: [] };
}
