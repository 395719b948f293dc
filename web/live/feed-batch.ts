// What the feed told since the page was last drawn, merged; and how a row takes it in.
import type { FeedUpdate } from '../../server/feed/feed-message.ts';

/** An alarm as feed and REST show it. */
export type AlarmState = Extract<FeedUpdate, { kind: 'alarm' }>['state'];
export type BacklogCounts = Extract<FeedUpdate, { kind: 'progress' }>['counts'];
export type AlarmChange = Extract<FeedUpdate, { kind: 'change' }>;
export type BacklogChange = Extract<FeedUpdate, { kind: 'backlog' }>;
export type FeedNotice = Extract<FeedUpdate, { kind: 'notice' }>;

export interface LiveBatch {
  /** Newest states of alarms that are new or have changed, by id. */
  readonly alarms: ReadonlyMap<string, AlarmState>;
  /** Newest counts, by alarm id; they count over those of `alarms`. */
  readonly counts: ReadonlyMap<string, BacklogCounts>;
  /** What persons changed, oldest first. */
  readonly changes: readonly AlarmChange[];
  /** Newest change of each backlog, by alarm id. */
  readonly backlogs: ReadonlyMap<string, BacklogChange>;
  readonly notices: readonly FeedNotice[];
  /** Something was missed: lists are to be asked for anew and merged by id. */
  readonly renew: boolean;
  /** With a first snapshot its sequence: a list that was asked for before it may lack what came in between. */
  readonly begunAt: number | undefined;
}

export interface Gathering {
  add(update: FeedUpdate): void;
  /** Takes the states of a first snapshot in, of this sequence. */
  begin(states: readonly AlarmState[], sequence: number): void;
  /** Takes the states of a snapshot in that follows something that was known. */
  beginAnew(states: readonly AlarmState[]): void;
  /** What was gathered, once; undefined when there is nothing. */
  take(): LiveBatch | undefined;
}

/** Above this a page that was hidden for long asks anew instead of keeping all. */
const MOST_ALARMS = 5000;
const MOST_CHANGES = 2000;

/** An empty gathering; its size is bounded. */
export function createGathering(): Gathering {
  let alarms = new Map<string, AlarmState>();
  let counts = new Map<string, BacklogCounts>();
  let backlogs = new Map<string, BacklogChange>();
  let changes: AlarmChange[] = [];
  let notices: FeedNotice[] = [];
  let renew = false;
  let begunAt: number | undefined;

  function clear(): void {
    alarms = new Map();
    counts = new Map();
    backlogs = new Map();
    changes = [];
    notices = [];
    renew = false;
    begunAt = undefined;
  }

  function addAlarm(state: AlarmState): void {
    alarms.set(state.alarm.alarm_id, state);
    counts.delete(state.alarm.alarm_id);
  }

  function bound(): void {
    const held = Math.max(alarms.size, counts.size, backlogs.size);
    if (held <= MOST_ALARMS && changes.length <= MOST_CHANGES) return;
    const kept = notices.slice(-100);
    clear();
    notices = kept;
    renew = true;
  }

  function add(update: FeedUpdate): void {
    // What is new among the states of a first snapshot cannot be told from its states any more.
    renew ||= begunAt !== undefined;
    switch (update.kind) {
      case 'alarm':
        addAlarm(update.state);
        break;
      case 'progress':
        counts.set(update.alarm_id, update.counts);
        break;
      case 'change':
        changes.push(update);
        break;
      case 'backlog':
        backlogs.set(update.alarm_id, update);
        break;
      case 'notice':
        notices.push(update);
        break;
      default:
        // Kinds that a newer engine adds are passed over.
        break;
    }
    bound();
  }

  function take(): LiveBatch | undefined {
    const sizes = alarms.size + counts.size + backlogs.size + changes.length + notices.length;
    if (sizes === 0 && !renew && begunAt === undefined) return undefined;
    const batch = { alarms, counts, changes, backlogs, notices, renew, begunAt };
    clear();
    return batch;
  }

  return {
    add,
    begin(states, sequence) {
      for (const state of states) addAlarm(state);
      if (sequence > 0) begunAt = sequence;
    },
    beginAnew(states) {
      for (const state of states) addAlarm(state);
      renew = true;
    },
    take,
  };
}

/** The row with what the batch tells of its alarm; the same object when that is nothing. */
export function mergeRow<Row extends AlarmState>(row: Row, batch: LiveBatch): Row {
  const id = row.alarm.alarm_id;
  const state = batch.alarms.get(id);
  const counts = batch.counts.get(id);
  return state === undefined && counts === undefined ? row : { ...row, ...state, ...counts };
}
