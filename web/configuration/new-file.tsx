import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatAddress } from '../router/address.ts';
import { navigate } from '../router/router.ts';
import { KINDS, nameProblem, type FileKind } from './file-name.ts';

/** A name for a file that is to be begun; nothing is written until it is saved. */
export function NewFile({ taken }: { readonly taken: readonly string[] }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const [kind, setKind] = useState<FileKind>('directives');
  const [rest, setRest] = useState('');
  const [isTried, setTried] = useState(false);
  const problem = nameProblem(rest, taken, kind);
  if (!isOpen) {
    return (
      <button
        type="button"
        class="btn"
        onClick={() => {
          setOpen(true);
        }}
      >
        New file
      </button>
    );
  }
  const begin = (event: Event): void => {
    event.preventDefault();
    setTried(true);
    if (problem !== null) return;
    setOpen(false);
    setRest('');
    setTried(false);
    navigate(formatAddress(['configuration', `${kind}_${rest}.json`]));
  };
  const isWrong = problem !== null && (isTried || rest !== '');
  return (
    <form class="new-file" onSubmit={begin} noValidate>
      <label>
        <span class="sr">Kind</span>
        <select
          class="field"
          value={kind}
          onChange={(event) => {
            const chosen = KINDS.find(({ kind: known }) => known === event.currentTarget.value);
            if (chosen !== undefined) setKind(chosen.kind);
          }}
        >
          {KINDS.map(({ kind: known }) => (
            <option key={known} value={known}>
              {known}_
            </option>
          ))}
        </select>
      </label>
      <label class={`field${isWrong ? ' bad' : ''}`}>
        <span class="sr">Name</span>
        <input
          autoFocus
          value={rest}
          spellcheck={false}
          aria-invalid={isWrong}
          aria-describedby="new-file-problem"
          onInput={(event) => {
            setRest(event.currentTarget.value);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setOpen(false);
          }}
        />
        <span>.json</span>
      </label>
      <button type="submit" class="btn">
        Begin
      </button>
      <p id="new-file-problem" class="wrong">
        {isWrong ? problem : ''}
      </p>
    </form>
  );
}
