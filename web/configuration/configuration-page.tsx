import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ConfigurationFilesView } from '../../server/schemas/configuration-file.ts';
import { can } from '../api/session.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useKeys } from '../controls/keyboard.ts';
import { ErrorBar, ErrorState, LoadingRows } from '../controls/page-state.tsx';
import { useFoot } from '../frame/foot-line.tsx';
import { useTitle } from '../frame/use-title.ts';
import { useLive } from '../live/use-live.ts';
import { formatAddress } from '../router/address.ts';
import { address, navigate } from '../router/router.ts';
import './configuration.css';
import { FileList } from './file-list.tsx';
import { FilePanel } from './file-panel.tsx';
import { FolderState, LastReload, ReadOnlyWords } from './folder-state.tsx';
import { NewFile } from './new-file.tsx';

const PERIOD_MS = 15_000;

/** What is loaded, and what would my change do? */
export function ConfigurationPage({ file }: { readonly file: string | null }): JSX.Element {
  useTitle(file === null ? 'Configuration' : `${file} · Configuration`);
  const folder = useFolder();
  const { body, error, reload } = folder;
  useFileKeys(body, file);
  if (body === null) {
    return error === null ? (
      <LoadingRows columns={2} />
    ) : (
      <ErrorState error={error} retry={reload} />
    );
  }
  const line = address.value.query.get('line') ?? '';
  const names = body.files.map(({ name }) => name);
  return (
    <div class={`conf${file === null ? ' no-file' : ''}`}>
      <h1 class="sr">Configuration</h1>
      <div class="side">
        <FileList files={body.files} current={file} />
        <div class="side-foot">
          <ReadOnlyWords />
          {can.value.write_configuration && <NewFile taken={names} />}
          <LastReload done={reload} />
        </div>
      </div>
      <div class="work">
        {error !== null && <ErrorBar error={error} retry={reload} />}
        {file === null ? (
          <FolderState folder={body} />
        ) : (
          <FilePanel
            key={file}
            name={file}
            view={body.files.find(({ name }) => name === file) ?? null}
            line={/^\d{1,9}$/.test(line) ? Number(line) : null}
            saved={reload}
          />
        )}
      </div>
    </div>
  );
}

/** The files of the folder, asked for anew now and then and when somebody has loaded or changed it. */
function useFolder(): ReturnType<typeof useAnswer<ConfigurationFilesView>> {
  const folder = useAnswer<ConfigurationFilesView>('/configuration/files');
  const { reload } = folder;
  useLive(({ notices, renew }) => {
    if (renew || notices.some(({ code }) => code.startsWith('reload'))) reload();
  });
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, PERIOD_MS);
    return () => {
      clearInterval(timer);
    };
  }, [reload]);
  return folder;
}

function useFileKeys(folder: ConfigurationFilesView | null, file: string | null): void {
  const names = folder?.files.map(({ name }) => name) ?? [];
  const go = (by: number): void => {
    const at = names.indexOf(file ?? '');
    const next = names[Math.max(0, Math.min(names.length - 1, at + by))];
    if (next !== undefined) navigate(formatAddress(['configuration', next]));
  };
  useKeys({
    j: {
      text: 'next file',
      run: () => {
        go(1);
      },
    },
    k: {
      text: 'file before',
      run: () => {
        go(-1);
      },
    },
  });
  useFoot({
    hints:
      file === null
        ? [['j k', 'files']]
        : [
            ['j k', 'files'],
            ['ctrl-enter', 'check'],
          ],
  });
}
