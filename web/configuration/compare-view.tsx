import type { JSX } from 'preact';
import { createCompare } from './editor/compare.ts';
import { useShadowRoot } from './shadow-host.ts';

export interface CompareViewProps {
  readonly theirs: string;
  readonly mine: string;
  readonly change: (mine: string) => void;
}

/** What somebody else saved beside what is typed here; loaded on demand, so import it through `lazyPart`. */
export function CompareView({ theirs, mine, change }: CompareViewProps): JSX.Element {
  const host = useShadowRoot((root) =>
    createCompare({
      root,
      left: { label: 'On disk, saved by somebody else', text: theirs },
      right: { label: 'Yours', text: mine },
      onChange: change,
    }),
  );
  return (
    <div class="compare">
      <div class="heads">
        <b>On disk, saved by somebody else</b>
        <b>Yours</b>
      </div>
      <div class="editor" ref={host} />
    </div>
  );
}
