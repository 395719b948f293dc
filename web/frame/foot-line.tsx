// The 36 px line below each page: hints, what can be done with selected rows, or what was just said.
import { signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { footMessage, unsay, type FootMessage } from '../controls/foot-message.ts';
import { KeyHint } from '../controls/key-hint.tsx';

export interface FootContent {
  /** Keys with what they do: `[['j k', 'move'], ['enter', 'open']]`. */
  readonly hints: readonly (readonly [keys: string, does: string])[];
  /** What can be done with the selected rows; it takes the place of the hints. */
  readonly actions?: ComponentChildren;
  /** "1–24 of 27", at the right. */
  readonly place?: ComponentChildren;
}

const NOTHING: FootContent = { hints: [] };
const content = signal<FootContent>(NOTHING);

/** Fills the foot line while the component is shown. */
export function useFoot(filled: FootContent): void {
  const mine = useRef(filled);
  useLayoutEffect(() => {
    mine.current = filled;
    content.value = filled;
  });
  useEffect(
    () => () => {
      if (content.peek() === mine.current) content.value = NOTHING;
    },
    [],
  );
}

/** The foot line; once for a page. */
export function FootLine(): JSX.Element {
  const { hints, actions, place } = content.value;
  const said = footMessage.value;
  return (
    <footer class="foot" aria-label="Messages and keys">
      <div class="left">
        {said !== null && <Said {...said} />}
        {said === null && actions !== undefined && <div class="act">{actions}</div>}
        {said === null && actions === undefined && (
          <span class="left hints">
            {hints.map(([keys, does]) => (
              <span key={keys}>
                {keys.split(' ').map((one) => (
                  <KeyHint key={one} keys={one} />
                ))}{' '}
                {does}
              </span>
            ))}
          </span>
        )}
      </div>
      {place !== undefined && <span class="place push num">{place}</span>}
    </footer>
  );
}

function Said({ text, tone, rest, action }: FootMessage): JSX.Element {
  return (
    <span class="said">
      <span class={tone === 'failed' ? 'failed' : undefined} data-tip={text}>
        {text}
      </span>
      {rest !== undefined && <span>{rest}</span>}
      {action !== undefined && (
        <button
          type="button"
          class="link"
          onClick={() => {
            unsay();
            action.run();
          }}
        >
          {action.label} {action.keys !== undefined && <KeyHint keys={action.keys} />}
        </button>
      )}
    </span>
  );
}
