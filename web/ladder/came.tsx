import type { JSX } from 'preact';
import type { StageView } from '../../server/schemas/alarm-detail.ts';
import { Time } from '../controls/time.tsx';
import { Track } from '../controls/track.tsx';
import { formatDuration } from '../format/durations.ts';
import { formatCount } from '../format/numbers.ts';

/** How much of what a stage needs has come, and how long that took or may still take. */
export function Came({
  stage,
  began,
}: {
  readonly stage: StageView;
  /** When it began to wait; undefined when that is not known. */
  readonly began: number | undefined;
}): JSX.Element {
  const { came, needed, accepted, state } = stage;
  const more = accepted - came;
  return (
    <div class="came">
      <strong>
        {formatCount(came)} of {formatCount(needed)}
        {more > 0 && (
          <span class="dim" data-tip="Accepted too: repeated ones, or after the stage was finished">
            {' '}
            +{formatCount(more)}
          </span>
        )}
      </strong>
      <Track share={came / needed} {...(state === 'running' && { tone: 'now' as const })} />
      <span class={state === 'running' ? 'left-now' : undefined}>
        <InTime stage={stage} began={began} />
      </span>
    </div>
  );
}

function InTime({
  stage,
  began,
}: {
  readonly stage: StageView;
  readonly began: number | undefined;
}): JSX.Element {
  const { state, started, ended, deadline, rule } = stage;
  switch (state) {
    case 'waiting':
      return <>not reached</>;
    case 'ended':
      return <>ended</>;
    case 'timeout':
      return <>timed out after {formatDuration(rule.timeout)}</>;
    case 'running':
      if (deadline === null) return <>under way</>;
      return (
        <>
          <Time at={deadline} as="left" /> left
        </>
      );
    case 'finished':
      break;
  }
  if (started === null || ended === null) return <>finished</>;
  if (rule.timeout === 0 || rule.stage === 1) return <Time at={ended} precision="second" />;
  const took = ended - (began ?? started);
  // The limit counts anew from the first event, so that a stage can take longer than its timeout.
  if (took > rule.timeout) return <>{formatDuration(took)}</>;
  return (
    <>
      {formatDuration(took)} of {formatDuration(rule.timeout)}
    </>
  );
}
