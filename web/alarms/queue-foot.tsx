// What the foot line holds for the queue: keys, what can be done with the selected alarms, a comment being written.
import { signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { draftOf } from '../api/draft.ts';
import { can } from '../api/session.ts';
import { footMessage, say, unsay } from '../controls/foot-message.ts';
import { KeyHint } from '../controls/key-hint.tsx';
import { copyText } from '../controls/copy-text.ts';
import { Menu } from '../controls/menu.tsx';
import { countOf, formatCount } from '../format/numbers.ts';
import { statusKeys } from './list/status-keys.ts';
import { countSelected, NO_SELECTION } from './list/selection.ts';
import { changeAlarms } from './queue-changes.ts';
import { cursor, queueOrder, queueRows, selection, shownQueue } from './queue-store.ts';
import { knownMarks } from './use-queue.ts';

const MANY = 100;

/** What takes the place of the hints because of a key: the tag menu, the field for a comment. */
const footTool = signal<'tag' | 'comment' | null>(null);

/** Opens the tag menu or the comment field in the foot line. */
export function openFootTool(tool: 'tag' | 'comment'): void {
  if (!can.peek().change_alarms || targetCount() === 0) return;
  unsay();
  footTool.value = tool;
}

/** Copies the ids of the selected alarms, else of the one under the cursor, one a line. */
export function copyIds(): void {
  const { ids, all } = selection.peek();
  const under = cursor.peek();
  const chosen =
    all !== null ? queueOrder.peek() : ids.size > 0 ? [...ids] : under === null ? [] : [under];
  if (chosen.length === 0) return;
  copyText(chosen.join('\n'));
  say({ text: `${countOf(chosen.length, 'id')} copied.` });
}

/** The actions; undefined leaves the hints. */
export function queueActions(): ComponentChildren {
  const count = countSelected(selection.value);
  const tool = footTool.value;
  if (tool === 'comment') return <CommentField count={targetCount()} />;
  if (count === 0 && tool !== 'tag') return undefined;
  return <Actions count={count} />;
}

/** Ends what was said when rows are selected, so that the actions are seen; progress stays. */
export function useActionsInSight(): void {
  const count = countSelected(selection.value);
  useEffect(() => {
    if (count > 0 && footMessage.peek()?.action?.label !== 'Stop') unsay();
  }, [count]);
}

function Actions({ count }: { readonly count: number }): JSX.Element {
  const { statuses, tags } = knownMarks();
  const keys = statusKeys(statuses);
  const isMany = count > MANY;
  return (
    <>
      {count > 0 && (
        <>
          <b>{formatCount(count)} selected</b>
          <SelectAll />
          <span class="dim">·</span>
        </>
      )}
      {can.value.change_alarms && (
        <>
          {count > 0 &&
            statuses.map((status, index) => (
              <button
                key={status}
                type="button"
                class="btn"
                onClick={() => {
                  changeAlarms({ status });
                }}
              >
                <span class="sr">Set to </span>
                {isMany ? `${status}, ${countOf(count, 'alarm')}` : status}{' '}
                <KeyHint keys={keys[index] ?? ''} />
              </button>
            ))}
          <TagMenu tags={tags} />
          {count > 0 && (
            <button
              type="button"
              class="btn"
              onClick={() => {
                openFootTool('comment');
              }}
            >
              Comment <KeyHint keys="m" />
            </button>
          )}
        </>
      )}
      {count > 0 && (
        <>
          <button type="button" class="btn" onClick={copyIds}>
            Copy ids <KeyHint keys="y" />
          </button>
          <button
            type="button"
            class="link"
            onClick={() => {
              selection.value = NO_SELECTION;
            }}
          >
            Unselect <KeyHint keys="esc" />
          </button>
        </>
      )}
    </>
  );
}

function SelectAll(): JSX.Element | null {
  const { all, ids } = selection.value;
  const list = shownQueue.value?.list;
  if (list === undefined || all !== null) return null;
  const loaded = queueRows.value.length;
  const total = list.next === null ? loaded : list.total - (list.order.length - loaded);
  if (ids.size >= total) return null;
  return (
    <button
      type="button"
      class="link"
      onClick={() => {
        selection.value = {
          ids: new Set(queueOrder.peek()),
          all: list.next === null ? null : total,
        };
      }}
    >
      Select all {formatCount(total)}
    </button>
  );
}

function TagMenu({ tags }: { readonly tags: readonly string[] }): JSX.Element {
  const isOpen = footTool.value === 'tag';
  return (
    <Menu
      label="Tag"
      isNamed
      side="above"
      open={isOpen}
      onOpenChange={(open) => {
        footTool.value = open ? 'tag' : null;
      }}
      button={
        <>
          Tag <KeyHint keys="t" />
        </>
      }
      items={[
        ...tags.map((tag, index) => ({
          ...{ id: tag, label: tag, keys: String(index + 1) },
          run: () => {
            changeAlarms({ tag });
          },
        })),
        {
          ...{ id: 'delete', label: 'Delete', apart: true },
          run: () => {
            changeAlarms({ deleted: true });
          },
        },
      ]}
    />
  );
}

function CommentField({ count }: { readonly count: number }): JSX.Element {
  const draft = draftOf('comment.queue');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
  }, []);
  const close = (): void => {
    footTool.value = null;
  };
  const send = (): void => {
    const comment = draft.peek().trim();
    if (comment === '') return;
    close();
    draft.value = '';
    changeAlarms({ comment });
  };
  return (
    <form
      class="comment-form"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label class="field">
        <span class="sr">Comment on {countOf(count, 'alarm')}</span>
        <input
          ref={field}
          value={draft.value}
          maxLength={4000}
          placeholder={`Comment on ${countOf(count, 'alarm')}`}
          onInput={(event) => {
            draft.value = event.currentTarget.value;
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') close();
          }}
        />
      </label>
      <button type="submit" class="btn">
        Comment <KeyHint keys="enter" />
      </button>
      <button type="button" class="link" onClick={close}>
        Cancel
      </button>
    </form>
  );
}

function targetCount(): number {
  const count = countSelected(selection.value);
  return count > 0 ? count : cursor.value === null ? 0 : 1;
}
