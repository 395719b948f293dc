import { AlarmEntry } from './alarm-entry.ts';
import type { AlarmState, EngineChange } from './alarm-state.ts';

/** The newest states of at most `limit` alarms; beyond it those that ended go first, the longest unchanged before others. */
export class RecentAlarms {
  /** In the order of their newest lines. */
  readonly #entries = new Map<string, AlarmEntry>();
  /** Ids of those that ended, in the same order. */
  readonly #ended = new Set<string>();
  readonly #limit: number;

  readonly #closedStatus: string;

  /** `closedStatus` is the status of an alarm that is done with. */
  constructor(limit: number, closedStatus = '') {
    this.#limit = limit;
    this.#closedStatus = closedStatus;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(id: string): AlarmEntry | undefined {
    return this.#entries.get(id);
  }

  /** The longest unchanged first. */
  entries(): IterableIterator<AlarmEntry> {
    return this.#entries.values();
  }

  /** Takes a change in; answers the alarm concerned, undefined when it is not known or the change is none of an alarm. */
  apply(change: EngineChange, sequence: number): AlarmEntry | undefined {
    switch (change.type) {
      case 'alarm':
        return this.put(change.state, sequence);
      case 'progress': {
        const entry = this.#entries.get(change.alarmId);
        entry?.advance(change.progress, sequence);
        return entry;
      }
      case 'backlog': {
        const entry = this.#entries.get(change.alarmId);
        if (entry === undefined) return undefined;
        entry.advance(change.counts, sequence, change.progress);
        this.#note(entry);
        return entry;
      }
      case 'action': {
        const entry = this.#entries.get(change.action.alarm_id);
        entry?.handle(change.action, sequence, this.#closedStatus);
        return entry;
      }
      case 'events':
        return undefined;
    }
  }

  /** Takes the state of a line in, as the newest of all. */
  put(state: AlarmState, sequence: number): AlarmEntry {
    const id = state.alarm.alarm_id;
    let entry = this.#entries.get(id);
    if (entry === undefined) {
      entry = new AlarmEntry(state, sequence);
    } else {
      entry.replace(state, sequence);
      this.#entries.delete(id);
      this.#ended.delete(id);
    }
    this.#entries.set(id, entry);
    this.#note(entry);
    if (this.#entries.size > this.#limit) this.#evict();
    return entry;
  }

  /** Forgets the alarm; answers what was known of it. */
  remove(id: string): AlarmEntry | undefined {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    this.#ended.delete(id);
    return entry;
  }

  /** Makes a running alarm `interrupted`. */
  interrupt(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.advance(entry.state, entry.sequence, 'interrupted');
    this.#note(entry);
  }

  #note(entry: AlarmEntry): void {
    if (entry.isRunning) this.#ended.delete(entry.id);
    else this.#ended.add(entry.id);
  }

  #evict(): void {
    const [ended] = this.#ended;
    const [oldest] = ended === undefined ? this.#entries.keys() : [ended];
    if (oldest === undefined) return;
    this.#entries.delete(oldest);
    this.#ended.delete(oldest);
  }
}
