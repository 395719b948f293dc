import { useEffect, useState } from 'preact/hooks';
import type { AlarmDetail } from '../../server/schemas/alarm-detail.ts';
import { useAnswer, type LoadedAnswer } from '../api/use-answer.ts';
import { useLive } from '../live/use-live.ts';
import { mergeDetail, needsAnew } from './merge-detail.ts';
import { useThrottled } from './use-throttled.ts';

const RELOAD_MS = 1000;

/** An alarm with all that is known of it, kept up to date by the feed; a null id asks nothing. */
export function useAlarm(id: string | null, { keep = false } = {}): LoadedAnswer<AlarmDetail> {
  const path = id === null ? null : `/alarms/${encodeURIComponent(id)}`;
  const answer = useAnswer<AlarmDetail>(path, { keep });
  const [shown, setShown] = useState(answer.body);
  useEffect(() => {
    setShown(answer.body);
  }, [answer.body]);
  const reload = useThrottled(answer.reload, RELOAD_MS);
  useLive((batch) => {
    if (id === null) return;
    setShown((before) => (before === null ? before : mergeDetail(before, batch)));
    if (needsAnew(id, batch)) reload();
  });
  const isSame = keep || shown?.alarm.alarm_id === id;
  return { ...answer, body: isSame ? (shown ?? answer.body) : answer.body, reload: answer.reload };
}
