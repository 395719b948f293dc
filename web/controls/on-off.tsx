import type { JSX } from 'preact';

export interface OnOffProps {
  readonly label: string;
  readonly on: boolean;
  /** What a press would do, told before it. */
  readonly tip?: string;
  readonly change: (on: boolean) => void;
}

/** A switch that acts at once. */
export function OnOff({ label, on, tip, change }: OnOffProps): JSX.Element {
  return (
    <button
      type="button"
      class="sw"
      role="switch"
      aria-checked={on}
      aria-label={label}
      data-tip={tip}
      onClick={() => {
        change(!on);
      }}
    />
  );
}
