import type { JSX } from 'preact';
import type { AlarmState } from '../live/feed-batch.ts';

type Counts = Pick<AlarmState, 'stage' | 'stages' | 'events' | 'needed' | 'progress'>;

const MOST_NOTCHES = 12;

/** How many stages an alarm has finished. */
export function finishedStages({ stage, stages, events, needed, progress }: Counts): number {
  if (progress === 'complete') return stages;
  return events >= needed ? stage : stage - 1;
}

/** `4/5` and one notch a stage: finished full, the one under way filled by its events, all paler once it has ended. */
export function StageGlyph(counts: Counts): JSX.Element {
  const { stage, stages, events, needed, progress } = counts;
  const done = finishedStages(counts);
  const share = needed > 0 ? Math.min(1, events / needed) : 0;
  const hasEnded = progress !== 'running' && progress !== 'complete';
  const percent = (part: number): string => `${String(Math.round(part * 100))}%`;
  return (
    <>
      <span class="of">
        {stage}/{stages}
      </span>
      <span class={`g${hasEnded ? ' out' : ''}`} aria-hidden="true">
        {stages > MOST_NOTCHES ? (
          <i class="c" style={{ '--p': percent((done + (done < stage ? share : 0)) / stages) }} />
        ) : (
          Array.from({ length: stages }, (_, index) => {
            if (index < done) return <i key={index} class="f" />;
            const isCurrent = index === stage - 1 && progress === 'running';
            return isCurrent ? (
              <i key={index} class="c" style={{ '--p': percent(share) }} />
            ) : (
              <i key={index} />
            );
          })
        )}
      </span>
    </>
  );
}
