// Gathers the engine's changes on its thread until the store takes them: of each alarm the newest state and counts.
import type {
  AlarmState,
  BacklogProgress,
  EngineChange,
  Progress,
} from '../../core/alarm/alarm-state.ts';
import type { PlacedChange } from '../alarm-store.ts';
import type { ChangeBatch } from './change-batch.ts';
import { PROGRESSES } from './columns.ts';
import { EventGatherer } from './event-gatherer.ts';

/** More alarms than this do not wait for a store that is behind or fails: their states are lost and read from the file later. */
const MOST_STATES = 100_000;

/** Remembered alarms without news; they are only kept because finding them again costs less than making them. */
const MOST_KNOWN = 200_000;

/** What has come of one alarm since the last batch. */
class Waiting {
  readonly id: string;
  /** Its number in the batch; −1 while nothing has come. */
  slot = -1;
  state: AlarmState | undefined = undefined;
  /** The sequence of its first line in here. */
  appeared = 0;
  counts: BacklogProgress | undefined = undefined;
  progress: Progress | undefined = undefined;
  hasOpened = false;
  hasEnded = false;
  /** Lines of events that were written at once since it is known: the first ones of its life. */
  events = 0;

  constructor(id: string) {
    this.id = id;
  }

  clear(): void {
    this.slot = -1;
    this.state = undefined;
    this.counts = undefined;
    this.progress = undefined;
    this.hasOpened = false;
    this.hasEnded = false;
  }
}

/** What the store needs to know besides the changes. */
type BatchFrame = Pick<ChangeBatch, 'number' | 'places' | 'now'>;

export class ChangeGatherer {
  /** Lines of alarms that wait, each that came counted. */
  lines = 0;
  /** Lines that were lost since the last batch. */
  lost = 0;
  /** The newest change of all. */
  sequence = 0;
  readonly #known = new Map<string, Waiting>();
  /** Those with news, by slot. */
  #waiting: Waiting[] = [];
  /** Changes of one alarm often follow one another. */
  #last = new Waiting('');
  #states = 0;
  #actions: string[] = [];
  readonly #events = new EventGatherer();

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#actions.length === 0;
  }

  add(changes: readonly PlacedChange[]): void {
    for (const { change, sequence } of changes) {
      this.#add(change, sequence);
      this.sequence = sequence;
    }
  }

  take({ number, places, now }: BatchFrame): ChangeBatch {
    const waiting = this.#waiting;
    const alarms: string[] = [];
    const states: string[] = [];
    const stateSlots: number[] = [];
    const counts: number[] = [];
    const opened: number[] = [];
    const ended: number[] = [];
    const events = this.#events.take(waiting);
    for (const one of waiting) {
      alarms.push(one.id);
      if (one.state !== undefined) {
        states.push(JSON.stringify(one.state));
        stateSlots.push(one.slot, one.appeared);
      }
      if (one.counts !== undefined) addCounts(counts, one, one.counts);
      if (one.hasOpened) opened.push(one.slot);
      if (one.hasEnded) ended.push(one.slot);
      if (one.hasEnded) this.#known.delete(one.id);
      one.clear();
    }
    const batch: ChangeBatch = {
      ...{ number, places, now, sequence: this.sequence },
      ...{ alarms, states, opened, ended, events, actions: this.#actions },
      stateSlots: Float64Array.from(stateSlots),
      counts: Float64Array.from(counts),
    };
    this.#reset();
    return batch;
  }

  #reset(): void {
    this.#waiting = [];
    this.#actions = [];
    this.#states = 0;
    this.lines = 0;
    this.lost = 0;
    this.#last = new Waiting('');
    if (this.#known.size > MOST_KNOWN) this.#known.clear();
  }

  #add(change: EngineChange, sequence: number): void {
    switch (change.type) {
      case 'alarm':
        this.#addState(change.state, sequence);
        break;
      case 'progress':
        this.#waitingOf(change.alarmId).counts = change.progress;
        break;
      case 'backlog': {
        const waiting = this.#waitingOf(change.alarmId);
        waiting.counts = change.counts;
        waiting.progress = change.progress;
        if (change.change === 'opened') waiting.hasOpened = true;
        if (change.change === 'ended') {
          waiting.hasEnded = true;
          this.#events.end(waiting);
        }
        break;
      }
      case 'events':
        this.#events.add(this.#waitingOf(change.alarmId), change.stage, change.events);
        break;
      case 'action':
        this.#actions.push(JSON.stringify(change.action));
        break;
    }
  }

  #addState(state: AlarmState, sequence: number): void {
    const waiting = this.#waitingOf(state.alarm.alarm_id);
    if (waiting.state === undefined) {
      if (this.#states >= MOST_STATES) {
        this.lost += 1;
        return;
      }
      this.#states += 1;
      waiting.appeared = sequence;
    }
    this.lines += 1;
    waiting.state = state;
    waiting.counts = undefined;
    waiting.progress = undefined;
  }

  #waitingOf(id: string): Waiting {
    if (this.#last.id === id) return this.#last;
    let waiting = this.#known.get(id);
    if (waiting === undefined) {
      waiting = new Waiting(id);
      this.#known.set(id, waiting);
    }
    if (waiting.slot < 0) {
      waiting.slot = this.#waiting.length;
      this.#waiting.push(waiting);
    }
    this.#last = waiting;
    return waiting;
  }
}

function addCounts(numbers: number[], { slot, progress }: Waiting, counts: BacklogProgress): void {
  const code = progress === undefined ? -1 : PROGRESSES.indexOf(progress);
  numbers.push(slot, code, counts.stage, counts.stages, counts.events, counts.needed);
  numbers.push(counts.events_total, counts.first_event, counts.last_event, counts.deadline);
}
