import type { JSX } from 'preact';
import { listKeys } from '../controls/keyboard.ts';
import { Sheet } from '../controls/sheet.tsx';

/** The list of every key that acts on the page one is on. */
export function AllKeys({ close }: { readonly close: () => void }): JSX.Element {
  return (
    <Sheet title="Keys" close={close}>
      <div class="keys">
        <dl>
          {listKeys().map(({ keys, text }) => (
            <>
              <dt key={keys}>
                {keys.split(' ').map((one) => (
                  <kbd key={one}>{one}</kbd>
                ))}
              </dt>
              <dd>{text}</dd>
            </>
          ))}
        </dl>
        <p class="mut">
          Keys act outside of fields. They can be switched off in the menu of the token.
        </p>
      </div>
    </Sheet>
  );
}
