import type Logger from 'bunyan';
import type { Engine } from '../actors/engine.ts';
import type { CorrelationContext } from '../core/correlation/backlog.ts';
import type { Directive } from '../core/directive/directive.ts';
import type { EngineCounters } from '../core/ledger/engine-counters.ts';
import { restoreBacklogs } from '../state/restore-backlogs.ts';
import type { SavedBacklogFile, SavedBacklogFiles } from '../state/saved-backlog-files.ts';

/** What restoring needs. */
export interface RestoreDeps {
  readonly engine: Pick<Engine, 'restore'>;
  readonly files: SavedBacklogFiles;
  readonly directives: ReadonlyMap<number, Directive>;
  readonly context: CorrelationContext;
  readonly counters: EngineCounters;
  readonly log: Logger;
}

/**
 * Hands every saved backlog to its directive's manager (SPEC §10); what cannot go on is set aside, counted and logged.
 * Answers the alarm ids of those that go on.
 */
export async function restoreSaved(deps: RestoreDeps): Promise<readonly string[]> {
  const { files, directives, counters, log } = deps;
  const alarmIds: string[] = [];
  for await (const file of files.read()) {
    const directive = directives.get(file.directiveId);
    if (directive === undefined) {
      counters.backlogsSetAside += file.backlogs.length;
      await files.setAside(file.directiveId, 'no enabled directive has this id any more');
      continue;
    }
    for (const id of await restoreFile(deps, file, directive)) alarmIds.push(id);
  }
  const { backlogsSetAside } = counters;
  if (backlogsSetAside > 0)
    log.warn({ backlogs: backlogsSetAside }, 'saved backlogs were set aside');
  return alarmIds;
}

async function restoreFile(
  { engine, files, context, counters, log }: RestoreDeps,
  { directiveId, backlogs: items }: SavedBacklogFile,
  directive: Directive,
): Promise<readonly string[]> {
  const { backlogs, effects, rejected, unproven } = restoreBacklogs(items, directive, context);
  let isAllKept = true;
  for (const [reason, unusable] of rejected) {
    counters.backlogsSetAside += unusable.length;
    if (!(await files.setAsideBacklogs(directiveId, unusable, reason))) isAllKept = false;
  }
  if (unproven.length > 0) {
    log.warn(
      { directive: directiveId, alarms: unproven },
      'references of reloaded backlogs match nothing, their file does not tell the values',
    );
  }
  if (backlogs.length > 0) engine.restore({ directiveId, backlogs, effects });
  log.info({ directive: directiveId, backlogs: backlogs.length }, 'saved backlogs go on');
  try {
    if (isAllKept) await files.remove(directiveId);
  } catch (err) {
    log.error({ err, directive: directiveId }, 'a file of saved backlogs cannot be removed');
  }
  return backlogs.map(({ alarmId }) => alarmId);
}
