// Turning directives off and on: at once, with a way back.
import type { DirectiveRow } from '../../server/schemas/directive.ts';
import { toApiError } from '../api/api-error.ts';
import { sendJson } from '../api/client.ts';
import { say } from '../controls/foot-message.ts';
import { countOf } from '../format/numbers.ts';

type Keep = (row: DirectiveRow) => void;

/** The newest change of this page that can be undone. */
let undo: (() => void) | null = null;

/** What a press on the switch does, in the words of its button. */
export function switchWords({
  enabled,
  backlogs,
}: Pick<DirectiveRow, 'enabled' | 'backlogs'>): string {
  if (backlogs === 0) return enabled ? 'Turn off' : 'Turn on';
  if (!enabled) {
    return `Turn on, ${countOf(backlogs, 'backlog')} ${backlogs === 1 ? 'goes' : 'go'} on`;
  }
  return `Turn off, ${countOf(backlogs, 'live backlog')} ${backlogs === 1 ? 'stops' : 'stop'}`;
}

/** Turns a directive off or on at once; `keep` takes the row as it is shown meanwhile, then as the engine has it. */
export function switchDirective(row: DirectiveRow, enabled: boolean, keep: Keep): void {
  void change(row, enabled, keep).then((isDone) => {
    if (!isDone) return;
    undo = () => {
      undo = null;
      void change(row, !enabled, keep).then((isBack) => {
        if (isBack) say({ text: `Directive ${String(row.id)} is ${enabled ? 'off' : 'on'} again` });
      });
    };
    say({
      text: doneWords(row, enabled),
      action: { label: 'Undo', keys: 'u', run: undoSwitch },
    });
  });
}

/** Undoes the newest switch of this page, once. */
export function undoSwitch(): void {
  undo?.();
}

async function change(row: DirectiveRow, enabled: boolean, keep: Keep): Promise<boolean> {
  keep({ ...row, enabled });
  try {
    const path = `/directives/${String(row.id)}/enabled`;
    keep(await sendJson<DirectiveRow>('PUT', path, { body: { enabled } }));
    return true;
  } catch (thrown) {
    keep({ ...row, enabled: !enabled });
    const error = toApiError(thrown);
    const text =
      error === null || error.status === 0
        ? 'Not saved: not connected.'
        : `Not saved: the engine answered “${error.message}”.`;
    say({
      text,
      tone: 'failed',
      rest: `Directive ${String(row.id)} is as before.`,
      stays: true,
      action: {
        label: 'Try again',
        run: () => {
          switchDirective(row, enabled, keep);
        },
      },
    });
    return false;
  }
}

function doneWords({ id, backlogs }: DirectiveRow, enabled: boolean): string {
  if (enabled) return `Directive ${String(id)} is on.`;
  const stopped = backlogs === 0 ? '' : `, ${countOf(backlogs, 'live backlog')} stopped`;
  return `Directive ${String(id)} is off${stopped}.`;
}
