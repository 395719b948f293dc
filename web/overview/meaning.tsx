import type { ComponentChildren, JSX } from 'preact';

/** A term that tells what it means, on hover, focus or tap. */
export function Meaning({
  text,
  children,
}: {
  readonly text: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <button type="button" class="meaning" data-tip={text}>
      {children}
      <span class="sr">: {text}</span>
    </button>
  );
}
