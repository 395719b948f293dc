import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AlarmDetail } from '../../server/schemas/alarm-detail.ts';
import type { ApiError } from '../api/api-error.ts';
import { sendJson } from '../api/client.ts';
import { markOpened } from '../alarms/opened.ts';
import { useWidthClass } from '../alarms/use-width-class.ts';
import { undoChange } from '../alarms/queue-changes.ts';
import { statusKeys } from '../alarms/list/status-keys.ts';
import { can, session } from '../api/session.ts';
import { useKeys } from '../controls/keyboard.ts';
import { ErrorBar, ErrorState, LoadingRows } from '../controls/page-state.tsx';
import { useFoot } from '../frame/foot-line.tsx';
import { useTitle } from '../frame/use-title.ts';
import type { Span } from '../ladder/lane-scale.ts';
import { navigate } from '../router/router.ts';
import { useKeptScroll } from '../router/use-kept-scroll.ts';
import './alarm.css';
import './alarm-page.css';
import { AlarmActions, AlarmRisk } from './alarm-actions.tsx';
import { AlarmEvents } from './alarm-events.tsx';
import { AlarmFacts } from './alarm-facts.tsx';
import { copyId, Crumb, DirectiveText, goToAlarm } from './alarm-head.tsx';
import { MOST_EVENTS } from './event-pages.ts';
import { HowItWent } from './how-it-went.tsx';
import { NoSuchAlarm } from './no-such-alarm.tsx';
import { Rail } from './rail.tsx';
import { useAlarm } from './use-alarm.ts';
import { useAlarmEvents } from './use-alarm-events.ts';
import { listAddress, moveCursor, useListPlace } from './use-list-place.ts';
import { useMarks } from './use-marks.ts';

/** What happened, how sure are we, what do I do? */
export function AlarmPage({ id }: { readonly id: string }): JSX.Element {
  const { body, error, reload } = useAlarm(id);
  const title = body?.alarm.title ?? '';
  useTitle(
    body === null
      ? `Alarm ${id}`
      : `${String(body.alarm.risk)} ${body.alarm.risk_class} · ${title}`,
  );
  useNeighbourKeys(id, body !== null);
  useEffect(() => {
    moveCursor(id);
  }, [id]);
  if (body !== null) {
    return <Alarm detail={body} error={error} reload={reload} />;
  }
  return (
    <div class="page">
      {error === null && <LoadingRows columns={5} />}
      {error?.status === 404 && <NoSuchAlarm id={id} />}
      {error !== null && error.status !== 404 && <ErrorState error={error} retry={reload} />}
    </div>
  );
}

interface AlarmProps {
  readonly detail: AlarmDetail;
  /** Why the newest request failed; 404: it is deleted, or older than the engine keeps. */
  readonly error: ApiError | null;
  readonly reload: () => void;
}

function Alarm({ detail, error, reload }: AlarmProps): JSX.Element {
  const { alarm_id: id, title } = detail.alarm;
  const [zoom, setZoom] = useState<Span | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const { recorded } = detail.event_summary;
  const loaded = useAlarmEvents(recorded ? id : null, detail.events_total, MOST_EVENTS);
  const isGone = error?.status === 404;
  const known = useMarks(detail, reload);
  const shown = isGone ? { ...known, marks: { ...known.marks, deleted: true } } : known;
  const place = useListPlace(id);
  const isPhone = useWidthClass() === 'phone';
  const comment = (): void => {
    field.current?.focus();
  };
  useKeptScroll(scroller, true);
  useFirstLook(detail);
  const actions = <AlarmActions {...{ detail, shown, comment, isPhone }} />;
  return (
    <div class="with-bar">
      <div class="page" ref={scroller}>
        {error !== null && !isGone && <ErrorBar error={error} retry={reload} />}
        {shown.marks.deleted && <Deleted restore={isGone ? undoDelete(known.change) : undefined} />}
        <div class="detail">
          <div class="main">
            <Crumb id={id} place={place} />
            <h1>{title}</h1>
            <DirectiveText detail={detail} />
            {isPhone ? <AlarmRisk detail={detail} /> : actions}
            <AlarmFacts detail={detail} />
            <HowItWent detail={detail} events={loaded.events ?? []} zoom={zoom} setZoom={setZoom} />
            <AlarmEvents detail={detail} loaded={loaded} zoom={zoom} />
          </div>
          <Rail
            {...{ detail, field, reload }}
            events={loaded.events ?? []}
            mayComment={can.value.change_alarms && !shown.marks.deleted}
          />
        </div>
      </div>
      {isPhone && <div class="action-bar">{actions}</div>}
    </div>
  );
}

function undoDelete(change: (set: { deleted: false }) => void): () => void {
  return () => {
    change({ deleted: false });
  };
}

function Deleted({ restore }: { readonly restore: (() => void) | undefined }): JSX.Element {
  return (
    <div class="banner" role="status">
      <span>
        <b>This alarm is deleted.</b> Lists do not show it.
      </span>
      {restore !== undefined && can.value.change_alarms && (
        <button type="button" class="link push" onClick={restore}>
          Restore
        </button>
      )}
    </div>
  );
}

/** Keys that work whatever the state of the alarm. */
function useNeighbourKeys(id: string, isKnown: boolean): void {
  const place = useListPlace(id);
  const go = (to: string | null | undefined) => () => {
    goToAlarm(to ?? null);
  };
  const toNext = go(place?.next);
  const toPrevious = go(place?.previous);
  useKeys({
    j: { text: 'next alarm', run: toNext },
    k: { text: 'previous alarm', run: toPrevious },
    esc: {
      text: 'back to the list',
      run: () => {
        navigate(listAddress());
      },
    },
    y: {
      text: 'copy the id',
      run: () => {
        copyId(id);
      },
    },
  });
  const statuses = session.value?.statuses ?? [];
  const lastKey = statusKeys(statuses).at(-1) ?? '';
  const mayChange = can.value.change_alarms;
  useKeys(mayChange ? { u: { text: 'undo the last change', run: undoChange } } : {});
  const changes = mayChange
    ? ([
        [lastKey, statuses.at(-1) ?? ''],
        ['t', 'tag'],
        ['m', 'comment'],
      ] as const)
    : [];
  useFoot({
    hints: [
      ...(place === null ? [] : [['j k', 'next, previous'] as const]),
      ...(isKnown ? [...changes, ['T', 'table'] as const] : []),
      ['esc', 'back to the list'],
      ['?', 'all keys'],
    ],
  });
}

/** Remembers that it was opened, and tells the engine the first time that somebody who works on alarms does so. */
function useFirstLook(detail: AlarmDetail): void {
  const { alarm, first_look: firstLook } = detail;
  useEffect(() => {
    markOpened({ ...detail, stages: detail.stages.length });
  }, [alarm.alarm_id, detail.stage, detail.progress]);
  const mayTell = can.value.change_alarms && firstLook === 0;
  useEffect(() => {
    if (!mayTell) return;
    const path = `/alarms/${encodeURIComponent(alarm.alarm_id)}/look`;
    // Nobody waits for it; without it only a statistic lacks a value.
    sendJson('POST', path).catch(() => undefined);
  }, [mayTell, alarm.alarm_id]);
}
