// One file while it is looked at: its text on disk, what is typed, and how it stands with saving.
import { useEffect, useState } from 'preact/hooks';
import type { DraftCheckView } from '../../server/schemas/configuration-file.ts';
import type { FaultView } from '../../server/schemas/fault.ts';
import { toApiError, type ApiError } from '../api/api-error.ts';
import { say } from '../controls/foot-message.ts';
import { changeWords, reloadWords } from './change-words.ts';
import { dropDraft, keepDraft, NEW_FILE, readDraft } from './file-draft.ts';
import { emptyFile, kindOf } from './file-name.ts';
import { changeFile, checkFile, readFile, type FileText } from './file-requests.ts';

export type Stand =
  | { readonly kind: 'editing' }
  | { readonly kind: 'busy'; readonly words: string }
  /** `toSave`: it is about to be saved, what it changes is shown first. */
  | { readonly kind: 'checked'; readonly check: DraftCheckView; readonly toSave: boolean }
  | { readonly kind: 'refused'; readonly problems: readonly FaultView[] }
  | { readonly kind: 'conflict'; readonly theirs: FileText };

export interface OpenFile {
  readonly error: ApiError | null;
  /** null until it is read. */
  readonly disk: FileText | null;
  readonly text: string;
  readonly isChanged: boolean;
  readonly isNew: boolean;
  readonly stand: Stand;
  readonly edit: (text: string) => void;
  readonly check: () => void;
  /** Checks, and shows what saving would change. */
  readonly prepare: () => void;
  readonly save: () => void;
  readonly remove: () => void;
  /** Gives up what was typed. */
  readonly discard: () => void;
  /** After a conflict: goes on with the typed text, on top of what is on disk now. */
  readonly keepMine: () => void;
  readonly cancel: () => void;
}

const NOT_THERE: FileText = { text: '', tag: NEW_FILE };

/** Opens a file, or begins one that is not in the folder; `saved` is told after each change of the folder. */
export function useFile(name: string, isThere: boolean, saved: () => void): OpenFile {
  const [disk, setDisk] = useState<FileText | null>(isThere ? null : NOT_THERE);
  const [error, setError] = useState<ApiError | null>(null);
  const [stand, setStand] = useState<Stand>({ kind: 'editing' });
  useEffect(() => {
    if (!isThere) return undefined;
    const controller = new AbortController();
    readFile(name, controller.signal)
      .then(setDisk)
      .catch((thrown: unknown) => {
        if (!controller.signal.aborted) setError(toApiError(thrown));
      });
    return () => {
      controller.abort();
    };
  }, [name]);
  const draft = readDraft(name);
  const kind = kindOf(name);
  const isNew = disk?.tag === NEW_FILE;
  const initial = isNew && kind !== null ? emptyFile(kind) : (disk?.text ?? '');
  const text = draft?.text ?? initial;
  const base = draft?.base ?? disk?.tag ?? NEW_FILE;

  async function run(words: string, work: () => Promise<Stand>): Promise<void> {
    setStand({ kind: 'busy', words });
    try {
      setStand(await work());
    } catch (thrown) {
      setStand({ kind: 'editing' });
      sayRefused(toApiError(thrown), name);
    }
  }

  const check = (toSave: boolean): void => {
    void run('Checking', async () => ({
      kind: 'checked',
      check: await checkFile(name, text),
      toSave,
    }));
  };

  async function change(to: string | null): Promise<Stand> {
    const outcome = await changeFile(name, to, base);
    if (outcome.kind === 'conflict') return { kind: 'conflict', theirs: await readFile(name) };
    if (outcome.kind === 'refused') return { kind: 'refused', problems: outcome.problems };
    const before = disk;
    dropDraft(name);
    const now = { text: to ?? '', tag: outcome.tag };
    setDisk(now);
    saved();
    const { reload } = outcome.change;
    say({
      text: `${name} ${to === null ? 'deleted' : 'saved'}. ${reloadWords(reload)}.`,
      ...(before === null ? {} : { action: { label: 'Undo', run: undoTo(before, now) } }),
    });
    return { kind: 'editing' };
  }

  const undoTo = (before: FileText, now: FileText) => (): void => {
    void run('Undoing', async () => {
      const back = before.tag === NEW_FILE ? null : before.text;
      const outcome = await changeFile(name, back, now.tag);
      if (outcome.kind === 'conflict') {
        say({ text: `Not undone: somebody else has changed ${name} since.`, tone: 'failed' });
        return { kind: 'editing' };
      }
      if (outcome.kind === 'refused') return { kind: 'refused', problems: outcome.problems };
      setDisk({ text: back ?? '', tag: outcome.tag });
      saved();
      say({ text: `${name} is as before. ${reloadWords(outcome.change.reload)}.` });
      return { kind: 'editing' };
    });
  };

  return {
    ...{ error, disk, text, isNew, stand },
    isChanged: draft !== null,
    edit: (typed) => {
      if (typed === initial && base === disk?.tag) dropDraft(name);
      else keepDraft(name, typed, base);
      setStand((before) => (before.kind === 'conflict' ? before : { kind: 'editing' }));
    },
    check: () => {
      check(false);
    },
    prepare: () => {
      check(true);
    },
    save: () => {
      void run('Saving', () => change(text));
    },
    remove: () => {
      void run('Deleting', () => change(null));
    },
    discard: () => {
      dropDraft(name);
      if (stand.kind === 'conflict') setDisk(stand.theirs);
      setStand({ kind: 'editing' });
    },
    keepMine: () => {
      if (stand.kind !== 'conflict') return;
      keepDraft(name, text, stand.theirs.tag);
      setDisk(stand.theirs);
      setStand({ kind: 'editing' });
    },
    cancel: () => {
      setStand({ kind: 'editing' });
    },
  };
}

function sayRefused(error: ApiError | null, name: string): void {
  const isLost = error === null || error.status === 0;
  say({
    text: isLost ? 'Not connected.' : `Not saved: the engine answered “${error.message}”.`,
    tone: 'failed',
    rest: `${name} is as before, your text is kept.`,
    stays: true,
  });
}

/** What a draft that can be loaded would do, in one sentence. */
export function checkedWords({ directives }: DraftCheckView): string {
  return directives === null ? '' : changeWords(directives);
}
