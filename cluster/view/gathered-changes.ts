import type { SequencedChange } from '../../actors/engine-port.ts';
import type { ToldChange } from './feed-message.ts';

interface Gathered {
  readonly sequence: number;
  readonly change: ToldChange;
}

/** The newest of each kind of one alarm; all that persons did. */
interface AlarmChanges {
  alarm?: Gathered;
  progress?: Gathered;
  backlog?: Gathered;
}

/** Backlogs without an alarm that are told at once: a feed shows no more of them. */
const MOST_QUIET_BACKLOGS = 200;

/** Changes between two messages of a feed: of each alarm only the newest counts, what persons did counts each time. */
export class GatheredChanges {
  /** The newest change that was taken in, in the engine's count. */
  to = 0;
  readonly #alarms = new Map<string, AlarmChanges>();
  /** Ids of backlogs without an alarm, the oldest first. */
  readonly #quiet = new Set<string>();
  #actions: Gathered[] = [];

  take(changes: readonly SequencedChange[]): void {
    for (const { sequence, change } of changes) {
      this.to = sequence;
      if (change.type !== 'events') this.#gather({ sequence, change });
    }
  }

  /** All of them in their order; none are left. */
  empty(): ToldChange[] {
    const all = [...this.#actions];
    for (const { alarm, progress, backlog } of this.#alarms.values()) {
      for (const one of [alarm, progress, backlog]) if (one !== undefined) all.push(one);
    }
    this.#alarms.clear();
    this.#quiet.clear();
    this.#actions = [];
    return all.sort((left, right) => left.sequence - right.sequence).map(({ change }) => change);
  }

  #gather(gathered: Gathered): void {
    const { change } = gathered;
    switch (change.type) {
      case 'action':
        this.#actions.push(gathered);
        return;
      case 'alarm': {
        const { alarm_id: id } = change.state.alarm;
        const known = this.#of(id);
        known.alarm = gathered;
        delete known.progress;
        this.#quiet.delete(id);
        return;
      }
      case 'progress':
        this.#of(change.alarmId).progress = gathered;
        return;
      case 'backlog':
        this.#of(change.alarmId).backlog = gathered;
        if (change.risk === 0) this.#noteQuiet(change.alarmId);
    }
  }

  #noteQuiet(id: string): void {
    this.#quiet.delete(id);
    this.#quiet.add(id);
    const [oldest] = this.#quiet;
    if (this.#quiet.size <= MOST_QUIET_BACKLOGS || oldest === undefined) return;
    this.#quiet.delete(oldest);
    this.#alarms.delete(oldest);
  }

  #of(id: string): AlarmChanges {
    const known = this.#alarms.get(id) ?? {};
    this.#alarms.set(id, known);
    return known;
  }
}
