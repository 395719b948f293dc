// Which updates a filter lets through, and their JSON: made once an update, however many filters and clients there are.
import type { AlarmEntry } from '../../core/alarm/alarm-entry.ts';
import { compileAlarmFilter } from '../../core/alarm/alarm-filter.ts';
import type { FormerFacts, Gathered, GatheredAction, GatheredBacklog } from './feed-journal.ts';
import type { UpdateKind } from './feed-message.ts';
import type { FeedFilter } from './feed-query.ts';

/** The decisions of one filter. */
export interface FeedSelector {
  /** The same for filters that want the same. */
  readonly key: string;
  wants(kind: UpdateKind): boolean;
  /** Whether the alarm fits now. */
  fits(entry: AlarmEntry): boolean;
  /** Whether it fits now or did before: a client must also hear of an alarm that leaves what it watches. */
  fitsOrDid(entry: AlarmEntry, former: readonly FormerFacts[]): boolean;
  /** An action is for who sees its alarm or, before a change of status, saw it. */
  fitsAction(gathered: GatheredAction): boolean;
  /** A backlog that has no alarm yet has neither addresses nor a status that could fit. */
  fitsBacklog(gathered: GatheredBacklog, entry: AlarmEntry | undefined): boolean;
}

/** Compiles a filter. */
export function createSelector(filter: FeedFilter): FeedSelector {
  const { minRisk, directives, addresses, statuses, kinds } = filter;
  const wanted = new Set(kinds);
  const statusSet = statuses === undefined ? undefined : new Set(statuses);
  const fitsForGood = compileAlarmFilter({ is: { directive: directives, address: addresses } });
  const fitsFacts = ({ status, risk }: FormerFacts): boolean =>
    risk >= minRisk && (statusSet === undefined || statusSet.has(status));
  const fits = (entry: AlarmEntry): boolean =>
    fitsFacts(entry.lineState.alarm) && fitsForGood(entry);
  return {
    key: JSON.stringify(filter),
    wants: (kind) => wanted.has(kind),
    fits,
    fitsOrDid: (entry, former) =>
      (fitsFacts(entry.lineState.alarm) || former.some(fitsFacts)) && fitsForGood(entry),
    fitsAction: ({ action, entry }) => {
      if (entry === undefined) {
        return (
          minRisk === 0 && [directives, addresses, statusSet].every((one) => one === undefined)
        );
      }
      const { status, risk } = entry.lineState.alarm;
      const seen = action.what === 'status' ? [action.from, action.value] : [status];
      return seen.some((one) => fitsFacts({ status: one, risk })) && fitsForGood(entry);
    },
    fitsBacklog: ({ change }, entry) => {
      if (entry !== undefined) return fits(entry);
      if (addresses !== undefined || statusSet !== undefined) return false;
      const { risk, directiveId } = change;
      return risk >= minRisk && (directives === undefined || directives.includes(directiveId));
    },
  };
}

/** The JSON of updates, each made when it is first asked for; good until the alarms change. */
export class UpdateTexts {
  readonly #alarms = new Map<AlarmEntry, string>();
  readonly #progress = new Map<AlarmEntry, string>();
  readonly #backlogs = new Map<GatheredBacklog, string>();
  readonly #actions = new Map<GatheredAction, string>();

  alarm(entry: AlarmEntry): string {
    return getOrMake(this.#alarms, entry, () =>
      JSON.stringify({ kind: 'alarm', sequence: entry.sequence, state: entry.state }),
    );
  }

  progress(entry: AlarmEntry): string {
    return getOrMake(this.#progress, entry, () => {
      const { stage, stages, events, needed, events_total, first_event, last_event, deadline } =
        entry.state;
      const counts = {
        ...{ stage, stages, events, needed, events_total },
        ...{ first_event, last_event, deadline },
      };
      const { sequence, id: alarm_id } = entry;
      return JSON.stringify({ kind: 'progress', sequence, alarm_id, counts });
    });
  }

  action(gathered: GatheredAction): string {
    return getOrMake(this.#actions, gathered, () => {
      const { sequence, action } = gathered;
      return JSON.stringify({ kind: 'change', sequence, ...action });
    });
  }

  backlog(gathered: GatheredBacklog): string {
    return getOrMake(this.#backlogs, gathered, () => {
      const { sequence, change } = gathered;
      return JSON.stringify({
        ...{ kind: 'backlog', sequence, change: change.change, alarm_id: change.alarmId },
        ...{ directive_id: change.directiveId, title: change.title, risk: change.risk },
        ...{ progress: change.progress, counts: change.counts },
      });
    });
  }
}

/** What a filter lets through of what was gathered. */
export interface Selection {
  readonly texts: readonly string[];
  /** Backlog updates that were left out, whether they would have fitted or not. */
  readonly omitted: number;
}

/** Selects from what was gathered; `find` gives the newest state of an alarm. */
export function selectUpdates(
  gathered: Gathered,
  selector: FeedSelector,
  { find, texts }: { find: (id: string) => AlarmEntry | undefined; texts: UpdateTexts },
): Selection {
  const selected: string[] = [];
  // first, so that an alarm that was deleted and restored is there in the end
  if (selector.wants('change')) {
    for (const gatheredAction of gathered.actions) {
      if (selector.fitsAction(gatheredAction)) selected.push(texts.action(gatheredAction));
    }
  }
  if (selector.wants('alarm')) {
    for (const [id, former] of gathered.alarms) {
      const entry = find(id);
      if (entry !== undefined && selector.fitsOrDid(entry, former)) {
        selected.push(texts.alarm(entry));
      }
    }
  }
  if (selector.wants('progress')) {
    for (const id of gathered.progress) {
      const entry = find(id);
      if (entry !== undefined && selector.fits(entry)) selected.push(texts.progress(entry));
    }
  }
  const wantsBacklogs = selector.wants('backlog');
  if (wantsBacklogs) {
    for (const [id, backlog] of gathered.backlogs) {
      if (selector.fitsBacklog(backlog, find(id))) selected.push(texts.backlog(backlog));
    }
  }
  if (selector.wants('notice')) {
    for (const notice of gathered.notices) {
      selected.push(JSON.stringify({ kind: 'notice', ...notice }));
    }
  }
  return { texts: selected, omitted: wantsBacklogs ? gathered.omitted : 0 };
}

/** The value of the key, made and kept when there is none. */
export function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
