import type { JSX } from 'preact';

/** Drawn on 16 × 16. Functions: a node that is kept and drawn in many places holds on to all lists it ever stood in. */
const SHAPES = {
  up: () => <path d="M8 13V3M3.5 7.5 8 3l4.5 4.5" />,
  down: () => <path d="m4 6.5 4 4 4-4" />,
  previous: () => <path d="m10 3.5-4.5 4.5 4.5 4.5" />,
  next: () => <path d="m6 3.5 4.5 4.5-4.5 4.5" />,
  search: () => (
    <>
      <circle cx="7" cy="7" r="4.5" />
      <path d="m10.5 10.5 3 3" />
    </>
  ),
  theme: () => (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 2.5v11a5.5 5.5 0 0 0 0-11Z" fill="currentColor" />
    </>
  ),
  comment: () => <path d="M2.5 3.5h11v7h-6L4.5 13v-2.5h-2Z" />,
  copy: () => <path d="M5.5 5.5h7v7h-7zM3.5 10.5v-7h7" />,
  tick: () => <path d="m3 8.5 3.5 3.5L13 4.5" />,
  close: () => <path d="m4 4 8 8M12 4l-8 8" />,
  filter: () => <path d="M2.5 4h11M4.5 8h7M6.5 12h3" />,
  download: () => <path d="M8 3v7M4.5 7 8 10.5 11.5 7M3 13.5h10" />,
} as const satisfies Readonly<Record<string, () => JSX.Element>>;

export type IconName = keyof typeof SHAPES;

/** A small drawing beside or instead of a word; it says nothing to screen readers. */
export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="ic" viewBox="0 0 16 16" aria-hidden="true">
      {SHAPES[name]()}
    </svg>
  );
}
