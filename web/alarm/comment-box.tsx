import type { JSX, RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { toApiError } from '../api/api-error.ts';
import { sendJson } from '../api/client.ts';
import { draftOf } from '../api/draft.ts';
import { say } from '../controls/foot-message.ts';
import { KeyHint } from '../controls/key-hint.tsx';
import { refusedWords } from '../alarms/list/change-words.ts';

export interface CommentBoxProps {
  readonly id: string;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  /** Called when a comment was taken. */
  readonly sent: () => void;
}

/** A box for a comment; what was typed stays until the engine has taken it. */
export function CommentBox({ id, field, sent }: CommentBoxProps): JSX.Element {
  const draft = draftOf(`comment ${id}`);
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState('');
  const send = (): void => {
    const text = draft.peek().trim();
    if (text === '' || isSending) return;
    setSending(true);
    sendJson('POST', `/alarms/${encodeURIComponent(id)}/comments`, { body: { text } })
      .then(() => {
        draft.value = '';
        setRefusal('');
        say({ text: 'Comment added.' });
        sent();
      })
      .catch((thrown: unknown) => {
        const error = toApiError(thrown);
        if (error !== null) setRefusal(`${refusedWords(error)} Your text is kept.`);
      })
      .finally(() => {
        setSending(false);
      });
  };
  const hasText = draft.value.trim() !== '';
  return (
    <form
      class="comment"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label class="sr" for="comment">
        Comment
      </label>
      <textarea
        id="comment"
        ref={field}
        placeholder="Add a comment"
        maxLength={4000}
        value={draft}
        aria-invalid={refusal !== ''}
        aria-describedby={refusal === '' ? undefined : 'comment-refusal'}
        onInput={(event) => {
          draft.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          send();
        }}
      />
      {refusal !== '' && (
        <p id="comment-refusal" class="failed" role="alert">
          {refusal}
        </p>
      )}
      {hasText && (
        <button type="submit" class="btn" disabled={isSending}>
          Send <KeyHint keys="ctrl enter" />
        </button>
      )}
    </form>
  );
}
