import type { JSX } from 'preact';
import { Track } from '../controls/track.tsx';
import { formatCount } from '../format/numbers.ts';
import { funnelCells } from './funnel.ts';

/** A cell a stage: how many backlogs finished it, over a bar on a logarithmic scale. */
export function FunnelCells({ finished }: { readonly finished: readonly number[] }): JSX.Element {
  return (
    <span class="fun" role="img" aria-label={sentence(finished)} data-tip={sentence(finished)}>
      {funnelCells(finished).map(({ stage, finished: count, share, isLast, skipped }) => (
        <span
          key={stage}
          class={`${count === 0 ? 'dim' : ''}${isLast ? ' last' : ''}${skipped > 0 ? ' gap' : ''}`}
        >
          {formatCount(count)}
          <Track share={share} />
        </span>
      ))}
    </span>
  );
}

function sentence(finished: readonly number[]): string {
  const counts = finished.map((count, index) => `${String(index + 1)}: ${formatCount(count)}`);
  return `Backlogs that finished stage ${counts.join(', ')}`;
}
