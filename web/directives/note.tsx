import type { JSX } from 'preact';
import { Time } from '../controls/time.tsx';
import { now } from '../format/clock.ts';
import { countOf } from '../format/numbers.ts';
import type { DirectiveEntry } from './entry.ts';
import { findSilence } from './judge.ts';

/** What stands out about a directive, in a few words; nothing for one that works. */
export function Note({ entry }: { readonly entry: DirectiveEntry }): JSX.Element | null {
  const { disabled, off, warnings } = entry.row;
  if (disabled) return <>disabled in its file</>;
  if (off !== null) {
    return (
      <>
        off since <Time at={off.since} /> by {off.by}
      </>
    );
  }
  if (!entry.row.enabled) return <>off</>;
  const silence = findSilence(entry, now.peek());
  if (silence !== null) {
    const stage = silence.kind === 'stage' ? `stage ${String(silence.stage)} ` : '';
    if (silence.since === null) return <>{stage}no event ever</>;
    return (
      <>
        {stage}silent since <Time at={silence.since} as="age" />
      </>
    );
  }
  return warnings === 0 ? null : <>{countOf(warnings, 'warning')}</>;
}
