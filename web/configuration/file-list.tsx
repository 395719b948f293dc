import type { JSX } from 'preact';
import type { ConfigurationFileView } from '../../server/schemas/configuration-file.ts';
import { Time } from '../controls/time.tsx';
import { countOf, formatBytes } from '../format/numbers.ts';
import { formatAddress } from '../router/address.ts';
import { unsavedFiles } from './file-draft.ts';
import { KINDS, kindOf, type FileKind } from './file-name.ts';

export interface FileListProps {
  readonly files: readonly ConfigurationFileView[];
  /** The one that is shown; null: none. */
  readonly current: string | null;
}

/** The files of the folder by kind, with what is wrong with each. */
export function FileList({ files, current }: FileListProps): JSX.Element {
  const known = new Set(files.map(({ name }) => name));
  const drafts = [...new Set([...unsavedFiles.value, ...(current === null ? [] : [current])])];
  const added = drafts.filter((name) => !known.has(name) && kindOf(name) !== null);
  return (
    <nav class="files" aria-label="Files">
      {KINDS.map(({ kind, label }) => (
        <Group
          key={kind}
          label={label}
          files={files.filter((file) => file.kind === kind)}
          added={added.filter((name) => kindOf(name) === kind)}
          {...{ current, kind }}
        />
      ))}
      <Group
        label="Not read by the engine"
        files={files.filter((file) => file.kind === null)}
        added={[]}
        kind={null}
        current={current}
      />
    </nav>
  );
}

interface GroupProps extends FileListProps {
  readonly label: string;
  readonly kind: FileKind | null;
  /** Names of files that are not saved yet. */
  readonly added: readonly string[];
}

function Group({ label, files, added, current, kind }: GroupProps): JSX.Element | null {
  if (files.length + added.length === 0) return null;
  return (
    <section>
      <h2>{label}</h2>
      <ul>
        {files.map((file) => (
          <li key={file.name}>
            <FileLink name={file.name} current={current} file={file} isRead={kind !== null} />
          </li>
        ))}
        {added.map((name) => (
          <li key={name}>
            <FileLink name={name} current={current} file={null} isRead />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface FileLinkProps {
  readonly name: string;
  readonly current: string | null;
  readonly file: ConfigurationFileView | null;
  readonly isRead: boolean;
}

function FileLink({ name, current, file, isRead }: FileLinkProps): JSX.Element {
  const problems = file?.problems.length ?? 0;
  return (
    <a
      href={formatAddress(['configuration', name])}
      aria-current={name === current ? 'page' : undefined}
    >
      <span class="top">
        <span class="clip">{name}</span>
        {problems > 0 && <b class="count">{countOf(problems, 'problem')}</b>}
        {unsavedFiles.value.includes(name) && <span class="flag">not saved</span>}
      </span>
      <span class="facts-line">
        {file === null ? 'new' : formatBytes(file.size)}
        {file !== null && isRead && <LoadState file={file} />}
      </span>
    </a>
  );
}

function LoadState({ file }: { readonly file: ConfigurationFileView }): JSX.Element {
  const { loaded_at: at, loaded_sha256: loaded, sha256, warnings } = file;
  if (at === null) return <span>, not loaded</span>;
  if (loaded !== sha256) return <span>, another version is loaded</span>;
  return (
    <span>
      , loaded <Time at={at} />
      {warnings.length > 0 && `, ${countOf(warnings.length, 'warning')}`}
    </span>
  );
}
