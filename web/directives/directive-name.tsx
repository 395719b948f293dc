import type { JSX } from 'preact';

const PLACEHOLDER = /(SRC_IP|DST_IP)/;

/** A directive's name; what its alarms replace by addresses stands back. */
export function DirectiveName({ name }: { readonly name: string }): JSX.Element {
  return (
    <>
      {name.split(PLACEHOLDER).map((part, index) =>
        index % 2 === 0 ? (
          part
        ) : (
          <span key={index} class="dim">
            {part}
          </span>
        ),
      )}
    </>
  );
}
