import { parseAddress, type Address } from '../address/address.ts';
import type { AlarmAction } from './alarm-action.ts';
import { handleAlarm, UNTOUCHED } from './alarm-handling.ts';
import type { AlarmState, BacklogProgress, Progress } from './alarm-state.ts';
import type { AlarmHandling } from './alarm-view.ts';
import { searchedText } from './searched-text.ts';

/**
 * The newest state of one alarm, as lists keep it: counts change often and cheaply, and what only queries need (parsed
 * addresses, the text that is searched) is made when it is first asked for. Changed in place by its owner.
 */
export class AlarmEntry {
  /** The sequence of the first change that concerned it. */
  readonly appeared: number;
  /** The sequence of the newest change that concerned it. */
  sequence: number;
  /** What persons have done to it, in sum. */
  handling: AlarmHandling = UNTOUCHED;
  #state: AlarmState;
  #counts: BacklogProgress | undefined;
  #progress: Progress;
  #from: readonly Address[] | undefined;
  #to: readonly Address[] | undefined;
  #text: string | undefined;

  constructor(state: AlarmState, sequence: number) {
    this.#state = state;
    this.#progress = state.progress;
    this.appeared = sequence;
    this.sequence = sequence;
  }

  get id(): string {
    return this.#state.alarm.alarm_id;
  }

  get state(): AlarmState {
    if (this.#counts !== undefined || this.#progress !== this.#state.progress) {
      this.#state = { ...this.#state, ...this.#counts, progress: this.#progress };
      this.#counts = undefined;
    }
    return this.#state;
  }

  /** The state as of the newest line, with counts that may be older than those of `state`; costs nothing. */
  get lineState(): AlarmState {
    return this.#state;
  }

  get isRunning(): boolean {
    return this.#progress === 'running';
  }

  /** The readable ones of src_ips. */
  get from(): readonly Address[] {
    this.#from ??= parseAll(this.#state.alarm.src_ips);
    return this.#from;
  }

  /** The readable ones of dst_ips. */
  get to(): readonly Address[] {
    this.#to ??= parseAll(this.#state.alarm.dst_ips);
    return this.#to;
  }

  get isDeleted(): boolean {
    return this.#state.deleted === true;
  }

  /** What a text search looks at (core/alarm/searched-text.ts). */
  get text(): string {
    this.#text ??= searchedText(this.#state);
    return this.#text;
  }

  /** Takes the state of a new line over; a deleted alarm stays deleted. */
  replace(state: AlarmState, sequence: number): void {
    this.#state = this.isDeleted ? { ...state, deleted: true } : state;
    this.#progress = state.progress;
    this.#counts = undefined;
    this.#from = undefined;
    this.#to = undefined;
    this.#text = undefined;
    this.sequence = sequence;
  }

  /** Takes the counts over of a backlog that moved on without a line. */
  advance(counts: BacklogProgress, sequence: number, progress: Progress = this.#progress): void {
    this.#counts = counts;
    this.#progress = progress;
    this.sequence = sequence;
  }

  /** Takes over what a person did; a status or tag comes with a line of its own. */
  handle(action: AlarmAction, sequence: number, closedStatus: string): void {
    this.handling = handleAlarm(this.handling, action, closedStatus);
    this.sequence = sequence;
    if (action.what === 'delete') this.#state = { ...this.state, deleted: true };
    if (action.what === 'restore') this.#state = restored(this.state);
  }
}

function restored(state: AlarmState): AlarmState {
  const copy: Omit<AlarmState, 'deleted'> & { deleted?: true } = { ...state };
  delete copy.deleted;
  return copy;
}

function parseAll(texts: readonly string[]): readonly Address[] {
  return texts.map(parseAddress).filter((address) => address !== undefined);
}
