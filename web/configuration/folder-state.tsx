import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ConfigurationFilesView } from '../../server/schemas/configuration-file.ts';
import type { ReloadView } from '../../server/schemas/reload.ts';
import { toApiError } from '../api/api-error.ts';
import { sendJson } from '../api/client.ts';
import { can, session } from '../api/session.ts';
import { say } from '../controls/foot-message.ts';
import { Time } from '../controls/time.tsx';
import { countOf } from '../format/numbers.ts';
import { engineFigures } from '../live/engine-status.ts';
import { reloadWords } from './change-words.ts';
import { ProblemList } from './problem-list.tsx';

/** What is loaded, and what is wrong with the folder as a whole. */
export function FolderState({ folder }: { readonly folder: ConfigurationFilesView }): JSX.Element {
  const { files, loadable, problems } = folder;
  const all = [...problems, ...files.flatMap((file) => file.problems)];
  const warnings = [...folder.warnings, ...files.flatMap((file) => file.warnings)];
  const read = files.filter(({ kind }) => kind !== null);
  return (
    <section class="folder" aria-label="The folder">
      <h2>{loadable ? 'The folder can be loaded' : 'The folder cannot be loaded as it is'}</h2>
      <p class="mut">
        {countOf(read.length, 'file')}
        {all.length > 0 && `, ${countOf(all.length, 'problem')}`}. Choose one to see its text.
      </p>
      {all.length > 0 && <ProblemList label="Problems" problems={all} file={null} />}
      {warnings.length > 0 && (
        <>
          <h2>{countOf(warnings.length, 'warning')}</h2>
          <ProblemList label="Warnings" problems={warnings} file={null} />
        </>
      )}
    </section>
  );
}

/** The newest load, and a way to load the folder again. */
export function LastReload({ done }: { readonly done: () => void }): JSX.Element {
  const [isLoading, setLoading] = useState(false);
  const reload = engineFigures.value?.status.last_reload;
  const load = (): void => {
    setLoading(true);
    sendJson<ReloadView>('POST', '/reload')
      .then((answer) => {
        say({ text: `${reloadWords(answer)}.` });
      })
      .catch((thrown: unknown) => {
        const error = toApiError(thrown);
        const text =
          error === null || error.status === 0 ? 'Not connected.' : `Not loaded: ${error.message}.`;
        say({ text, tone: 'failed', stays: true });
      })
      .finally(() => {
        setLoading(false);
        done();
      });
  };
  return (
    <div class="last-reload">
      {reload !== undefined && (
        <p class={reload.ok ? 'mut' : 'failed'}>
          {reload.ok ? 'Loaded' : 'Not loaded'} <Time at={reload.at} />
          {reload.by === '' ? ', at the start' : ` by ${reload.by}`}
          {reload.ok ? '' : `: ${countOf(reload.faults.length, 'problem')}, the one before stays`}
        </p>
      )}
      {can.value.reload && (
        <button type="button" class="btn" disabled={isLoading} onClick={load}>
          Load the folder
        </button>
      )}
    </div>
  );
}

/** Why nothing can be changed here; nothing where it can. */
export function ReadOnlyWords(): JSX.Element | null {
  if (can.value.write_configuration) return null;
  if (session.value?.writable_config === false) {
    return <p class="read-only mut">Read-only. Start with --writable-config to edit here.</p>;
  }
  const hasToken = session.value?.logged_in === true;
  return (
    <p class="read-only mut">
      You can look but not change{hasToken ? ': this token may only read' : ''}.{' '}
      <a class="link" href="#/login?next=/configuration">
        {hasToken ? 'Log in with another token' : 'Log in to change'}
      </a>
    </p>
  );
}
