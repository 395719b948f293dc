import { recordAlarm } from '../core/correlation/alarm-update.ts';
import { describeProgress, describeRisks } from '../core/correlation/backlog-progress.ts';
import type { Backlog, CorrelationContext } from '../core/correlation/backlog.ts';
import type { Effect } from '../core/correlation/effect.ts';
import { restoreBacklog } from '../core/correlation/restore-backlog.ts';
import { createRuleSetSharing } from '../core/correlation/rule-set-sharing.ts';
import type { Directive } from '../core/directive/directive.ts';
import { checkSavedBacklog } from './saved-backlog-schema.ts';

/** What a file's backlogs have become under the directive as it is now. */
export interface RestoredFile {
  readonly backlogs: readonly Backlog[];
  /** What makes their alarms go on. */
  readonly effects: readonly Effect[];
  /** Backlogs that cannot go on, to be set aside, by reason. */
  readonly rejected: ReadonlyMap<string, readonly unknown[]>;
  /** Alarm ids whose references partly match nothing, because a file of the reference does not tell their values. */
  readonly unproven: readonly string[];
}

/** Turns the entries of one backlog file into live backlogs of `directive` (SPEC §10). */
export function restoreBacklogs(
  items: readonly unknown[],
  directive: Directive,
  context: CorrelationContext,
): RestoredFile {
  const compile = createRuleSetSharing(directive);
  const backlogs: Backlog[] = [];
  const effects: Effect[] = [];
  const rejected = new Map<string, unknown[]>();
  const unproven: string[] = [];
  const reject = (reason: string, item: unknown): void => {
    const alike = rejected.get(reason);
    if (alike === undefined) rejected.set(reason, [item]);
    else alike.push(item);
  };
  const ids = new Set<string>();
  for (const [index, item] of items.entries()) {
    const checked = checkSavedBacklog(item);
    if (typeof checked === 'string') {
      reject(checked, item);
      continue;
    }
    const sequence = index - items.length;
    const restored = restoreBacklog(checked, directive, { context, compile, sequence });
    if ('problem' in restored) {
      reject(restored.problem, item);
    } else if (ids.has(checked.alarm_id)) {
      reject('another backlog has the same alarm_id', item);
    } else {
      ids.add(checked.alarm_id);
      backlogs.push(restored.backlog);
      const { findings, deleted } = restored;
      const { alarm_id: alarmId } = checked;
      const update = describeAlarm(restored.backlog, context);
      effects.push({ type: 'resume-alarm', alarmId, findings, deleted, update });
      if (restored.unproven.length > 0) unproven.push(checked.alarm_id);
    }
  }
  return { backlogs, effects, rejected, unproven };
}

/** The alarm of a backlog that has had a line, as feed and store show it at once after a start. */
function describeAlarm(
  backlog: Backlog,
  context: CorrelationContext,
): Extract<Effect, { type: 'resume-alarm' }>['update'] {
  if (backlog.createdTime === 0) return undefined;
  return {
    record: recordAlarm(backlog, context),
    directiveId: backlog.head.id,
    counts: describeProgress(backlog, context),
    risks: describeRisks(backlog),
  };
}
