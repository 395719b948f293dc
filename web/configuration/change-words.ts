// What a change does, in words.
import type { DraftCheckView } from '../../server/schemas/configuration-file.ts';
import type { ReloadView } from '../../server/schemas/reload.ts';
import { countOf, formatCount } from '../format/numbers.ts';

type Directives = NonNullable<DraftCheckView['directives']>;

/** "2 directives added, 1 changed (3 backlogs go on under the old rules), 0 removed". */
export function changeWords({ added, changed, renamed, removed }: Directives): string {
  const parts = [
    `${countOf(added.length, 'directive')} added`,
    `${formatCount(changed.length)} changed${aside(backlogsOf(changed), 'under the old rules', 'go')}`,
    `${formatCount(removed.length)} removed${aside(backlogsOf(removed), '', 'stop')}`,
  ];
  if (renamed.length > 0) {
    parts.push(`${formatCount(renamed.length)} renamed${aside(backlogsOf(renamed), '', 'stop')}`);
  }
  return parts.join(', ');
}

/** Whether the directives stay as they are. */
export function changesNothing({ added, changed, renamed, removed }: Directives): boolean {
  return added.length + changed.length + renamed.length + removed.length === 0;
}

/** What a reload did, in one sentence. */
export function reloadWords({ ok, faults, directives, took_ms: took }: ReloadView): string {
  if (!ok)
    return `Not loaded: ${countOf(faults.length, 'problem')}, the configuration before stays`;
  const { added, changed, removed, renamed } = directives;
  const moved = added.length + changed.length + removed.length + renamed.length;
  const duration = `${formatCount(took)}\u00a0ms`;
  if (moved === 0) return `Loaded in ${duration}, no directive changed`;
  const words = [
    `${countOf(added.length, 'directive')} added`,
    `${formatCount(changed.length)} changed`,
    `${formatCount(removed.length)} removed`,
    ...(renamed.length > 0 ? [`${formatCount(renamed.length)} renamed`] : []),
  ];
  return `Loaded in ${duration}: ${words.join(', ')}`;
}

function backlogsOf(list: Directives['changed']): number {
  return list.reduce((sum, { backlogs }) => sum + backlogs, 0);
}

function aside(backlogs: number, how: string, verb: 'go' | 'stop'): string {
  if (backlogs === 0) return '';
  const isOne = backlogs === 1;
  if (verb === 'stop') return ` (${countOf(backlogs, 'backlog')} ${isOne ? 'stops' : 'stop'})`;
  return ` (${countOf(backlogs, 'backlog')} ${isOne ? 'goes' : 'go'} on ${how})`;
}
