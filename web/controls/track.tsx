import type { JSX } from 'preact';

/** A thin bar filled to `share` (0 to 1); the numbers stand beside it, so it says nothing to screen readers. */
export function Track({
  share,
  tone,
}: {
  readonly share: number;
  readonly tone?: 'now' | 'edge';
}): JSX.Element {
  const width = `${String(Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10)}%`;
  return (
    <span class={`track${tone === undefined ? '' : ` ${tone}`}`} aria-hidden="true">
      <i style={{ width }} />
    </span>
  );
}
