import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { JSONSchema } from 'vscode-json-languageservice';
import type { ConfigurationFileView } from '../../server/schemas/configuration-file.ts';
import type { FaultView } from '../../server/schemas/fault.ts';
import { can } from '../api/session.ts';
import { useAnswer } from '../api/use-answer.ts';
import { KeyHint } from '../controls/key-hint.tsx';
import { useKeys } from '../controls/keyboard.ts';
import { EmptyState, ErrorState, LoadingRows } from '../controls/page-state.tsx';
import { lazyPart } from '../frame/lazy-part.tsx';
import type { CompareViewProps } from './compare-view.tsx';
import type { FileEditorProps, Place } from './file-editor.tsx';
import { kindOf } from './file-name.ts';
import { StandPanel } from './stand-panel.tsx';
import { useFile, type OpenFile } from './use-file.ts';

const FileEditor = lazyPart<FileEditorProps>(() =>
  import('./file-editor.tsx').then((part) => part.FileEditor),
);
const CompareView = lazyPart<CompareViewProps>(() =>
  import('./compare-view.tsx').then((part) => part.CompareView),
);

export interface FilePanelProps {
  readonly name: string;
  /** null: there is no such file yet. */
  readonly view: ConfigurationFileView | null;
  /** From the address; null: at its beginning. */
  readonly line: number | null;
  /** The folder is another one now. */
  readonly saved: () => void;
}

/** A file: its text, what is wrong with it, and what one can do with it. */
export function FilePanel({ name, view, line, saved }: FilePanelProps): JSX.Element {
  const file = useFile(name, view !== null, saved);
  const kind = kindOf(name);
  const schema = useAnswer<JSONSchema>(kind === null ? null : `/schemas/${kind}`);
  const mayWrite = can.value.write_configuration && kind !== null;
  const faults = faultsOf(file, view, name);
  const [place, setPlace] = useState<Place | null>(null);
  useEffect(() => {
    if (line !== null) setPlace({ line, round: 0 });
  }, [line]);
  const go = (to: number, column: number | undefined): void => {
    setPlace((before) => ({ line: to, column, round: (before?.round ?? 0) + 1 }));
  };
  useKeys({ 'ctrl+enter': { text: 'check the file', run: file.check } });
  if (file.error !== null && file.disk === null) {
    return <ErrorState error={file.error} retry={saved} />;
  }
  if (file.disk === null || (kind !== null && schema.loading && schema.body === null)) {
    return <LoadingRows columns={1} />;
  }
  if (file.isNew && !file.isChanged && !mayWrite) return <NoSuchFile name={name} />;
  return (
    <section class="file" aria-label={name}>
      <FileTools {...{ name, file, view, mayWrite }} isKnown={kind !== null} />
      {file.stand.kind === 'conflict' ? (
        <CompareView
          key={file.stand.theirs.tag}
          theirs={file.stand.theirs.text}
          mine={file.text}
          change={file.edit}
        />
      ) : (
        <FileEditor
          key={`${name} ${String(mayWrite)}`}
          label={`Text of ${name}`}
          text={file.text}
          readOnly={!mayWrite}
          schema={schema.body}
          faults={faults}
          place={place}
          change={file.edit}
          check={file.check}
        />
      )}
      <StandPanel {...{ name, file, faults, view, go }} />
    </section>
  );
}

/** What the engine found in this file, by the newest check of the text, else by that of the file on disk. */
function faultsOf(
  { stand, isChanged }: OpenFile,
  view: ConfigurationFileView | null,
  name: string,
): readonly FaultView[] {
  const isHere = ({ file }: FaultView): boolean => file === name;
  if (stand.kind === 'checked') return stand.check.problems.filter(isHere);
  if (stand.kind === 'refused') return stand.problems.filter(isHere);
  return isChanged ? NO_FAULTS : (view?.problems ?? NO_FAULTS);
}

const NO_FAULTS: readonly FaultView[] = [];

interface FileToolsProps {
  readonly name: string;
  readonly file: OpenFile;
  readonly view: ConfigurationFileView | null;
  readonly mayWrite: boolean;
  readonly isKnown: boolean;
}

function FileTools({ name, file, view, mayWrite, isKnown }: FileToolsProps): JSX.Element {
  const { isChanged, isNew, stand } = file;
  const isBusy = stand.kind === 'busy';
  const isConflict = stand.kind === 'conflict';
  return (
    <div class="file-tools">
      <h2>
        {name}
        {isNew && <span class="mut">, new</span>}
        {isChanged && <span class="mut">, not saved</span>}
      </h2>
      <span class="push">
        {isBusy && <span class="mut">{stand.words}</span>}
        {isChanged && !isConflict && (
          <button type="button" class="btn" disabled={isBusy} onClick={file.discard}>
            Discard changes
          </button>
        )}
        {mayWrite && view !== null && !isChanged && (
          <button type="button" class="btn" disabled={isBusy} onClick={file.remove}>
            Delete
          </button>
        )}
        {isKnown && !isConflict && (
          <button type="button" class="btn" disabled={isBusy} onClick={file.check}>
            Check <KeyHint keys="ctrl-enter" />
          </button>
        )}
        {mayWrite && !isConflict && (isChanged || isNew) && (
          <button type="button" class="btn main" disabled={isBusy} onClick={file.prepare}>
            Save
          </button>
        )}
      </span>
    </div>
  );
}

function NoSuchFile({ name }: { readonly name: string }): JSX.Element {
  return (
    <EmptyState title={`No file ${name}`}>
      It may have been deleted.{' '}
      <a class="link" href="#/configuration">
        Show all files
      </a>
    </EmptyState>
  );
}
