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

/** Hands every saved backlog to its directive's manager (SPEC §10); what cannot go on is set aside, counted and logged. */
export async function restoreSaved(deps: RestoreDeps): Promise<void> {
  const { files, directives, counters, log } = deps;
  for await (const file of files.read()) {
    const directive = directives.get(file.directiveId);
    if (directive === undefined) {
      counters.backlogsSetAside += file.backlogs.length;
      await files.setAside(file.directiveId, 'no enabled directive has this id any more');
      continue;
    }
    await restoreFile(deps, file, directive);
  }
  const { backlogsSetAside } = counters;
  if (backlogsSetAside > 0)
    log.warn({ backlogs: backlogsSetAside }, 'saved backlogs were set aside');
}

async function restoreFile(
  { engine, files, context, counters, log }: RestoreDeps,
  { directiveId, backlogs: items }: SavedBacklogFile,
  directive: Directive,
): Promise<void> {
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
  if (!isAllKept) return;
  try {
    await files.remove(directiveId);
  } catch (err) {
    log.error({ err, directive: directiveId }, 'a file of saved backlogs cannot be removed');
  }
}
