import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { AlarmDetail } from '../../server/schemas/alarm-detail.ts';
import { ErrorBar, LoadingRows } from '../controls/page-state.tsx';
import { countOf, formatCount } from '../format/numbers.ts';
import type { Span } from '../ladder/lane-scale.ts';
import { timeOf } from './event-fields.ts';
import { MOST_EVENTS, type AlarmEvent } from './event-pages.ts';
import { EventTable } from './event-table.tsx';
import type { LoadedEvents } from './use-alarm-events.ts';

export interface AlarmEventsProps {
  readonly detail: AlarmDetail;
  readonly loaded: LoadedEvents;
  /** The time that the lanes show. */
  readonly zoom: Span | null;
}

const FIRST_ROWS = 100;
const FURTHER_ROWS = 200;

/** The accepted events that were kept, newest first, by stage and by the time that one has zoomed to. */
export function AlarmEvents({ detail, loaded, zoom }: AlarmEventsProps): JSX.Element {
  const { events, error, retry } = loaded;
  const { event_summary: summary, events_total: total } = detail;
  const [stage, setStage] = useState<number | null>(null);
  const [most, setMost] = useState(FIRST_ROWS);
  useEffect(() => {
    setMost(FIRST_ROWS);
  }, [stage, zoom]);
  const fitting = useMemo(
    () => (events ?? []).filter((event) => isWanted(event, stage, zoom)),
    [events, stage, zoom],
  );
  const shown = fitting.slice(0, most);
  const isNarrowed = stage !== null || zoom !== null;
  return (
    <section class="blk" aria-labelledby="events">
      <header>
        <h2 id="events">
          Events{' '}
          {summary.recorded && (
            <span class="dim">
              {isNarrowed && `${formatCount(fitting.length)} of `}
              {formatCount(total)}, newest first
            </span>
          )}
        </h2>
        {summary.recorded && <StageChips {...{ detail, events: events ?? [], stage, setStage }} />}
      </header>
      {!summary.recorded && <p class="mut">Events were not recorded.</p>}
      {error !== null && <ErrorBar error={error} retry={retry} />}
      {summary.recorded && events === null && error === null && (
        <LoadingRows columns={6} rows={6} />
      )}
      {events !== null && events.length > 0 && fitting.length === 0 && (
        <p class="mut">No kept event fits.</p>
      )}
      {shown.length > 0 && <EventTable events={shown} all={events ?? []} names={detail.names} />}
      {fitting.length > shown.length && (
        <button
          type="button"
          class="link more"
          onClick={() => {
            setMost(most + FURTHER_ROWS);
          }}
        >
          Show {formatCount(Math.min(FURTHER_ROWS, fitting.length - most))} more of{' '}
          {formatCount(fitting.length)}
        </button>
      )}
      {summary.recorded && <NotKept count={summary.total - summary.kept} />}
    </section>
  );
}

function NotKept({ count }: { readonly count: number }): JSX.Element | null {
  if (count <= 0) return null;
  return (
    <p class="note">
      {formatCount(count)} more {count === 1 ? 'was' : 'were'} not kept (limit{' '}
      {formatCount(MOST_EVENTS)} an alarm: the first and the last {formatCount(MOST_EVENTS / 2)}).
    </p>
  );
}

interface StageChipsProps {
  readonly detail: AlarmDetail;
  readonly events: readonly AlarmEvent[];
  readonly stage: number | null;
  readonly setStage: (stage: number | null) => void;
}

function StageChips({ detail, events, stage, setStage }: StageChipsProps): JSX.Element {
  const counts = countByStage(detail, events);
  return (
    <span class="chips push" role="group" aria-label="Stage">
      <Chip
        text={`All ${formatCount(detail.events_total)}`}
        isOn={stage === null}
        choose={() => {
          setStage(null);
        }}
      />
      {[...counts]
        .sort(([left], [right]) => right - left)
        .map(([one, count], index) => (
          <Chip
            key={one}
            text={`${index === 0 ? 'Stage ' : ''}${String(one)} · ${formatCount(count)}`}
            label={`Stage ${String(one)}, ${countOf(count, 'event')}`}
            isOn={stage === one}
            choose={() => {
              setStage(stage === one ? null : one);
            }}
          />
        ))}
    </span>
  );
}

interface ChipProps {
  readonly text: string;
  readonly label?: string;
  readonly isOn: boolean;
  readonly choose: () => void;
}

function Chip({ text, label, isOn, choose }: ChipProps): JSX.Element {
  return (
    <button type="button" aria-pressed={isOn} aria-label={label} onClick={choose}>
      {text}
    </button>
  );
}

/** Accepted events by stage: what the engine counted, or more that have come since. */
function countByStage(
  { event_summary: summary }: AlarmDetail,
  events: readonly AlarmEvent[],
): Map<number, number> {
  const counts = new Map(summary.stages.map(({ stage, total }) => [stage, total]));
  const newest = summary.total;
  for (const { stage, place } of events) {
    if (place > newest) counts.set(stage, (counts.get(stage) ?? 0) + 1);
  }
  return counts;
}

function isWanted(
  { stage: of, event }: AlarmEvent,
  stage: number | null,
  zoom: Span | null,
): boolean {
  if (stage !== null && of !== stage) return false;
  if (zoom === null) return true;
  const at = timeOf(event);
  return at >= zoom.from && at <= zoom.to;
}
