import { useEffect, useState } from 'preact/hooks';
import type { AlarmDetail } from '../../server/schemas/alarm-detail.ts';
import { changeOne } from '../alarms/queue-changes.ts';
import type { Marks, MarkSet } from '../alarms/list/queue-row.ts';

export interface ShownMarks {
  readonly marks: Marks;
  /** Shows the change at once and sends it; the foot line tells how it went. */
  readonly change: (set: Partial<Marks>) => void;
}

/** Status, tag and assignee of an alarm as they are or are wished to be. */
export function useMarks(detail: AlarmDetail, reload: () => void): ShownMarks {
  const [wish, setWish] = useState<MarkSet>({});
  const { alarm, assignee, deleted, version } = detail;
  useEffect(() => {
    // Whatever the engine tells now is newer than the wish.
    setWish({});
  }, [alarm.status, alarm.tag, assignee, deleted, version]);
  const known: Marks = {
    ...{ status: alarm.status, tag: alarm.tag, assignee },
    deleted: deleted === true,
  };
  const change = (set: Partial<Marks>): void => {
    setWish((before) => ({ ...before, ...set }));
    // With what was wished before: the engine may not have answered that yet.
    const marks = { ...known, ...wish };
    void changeOne({ id: alarm.alarm_id, version, marks }, set).then((changed) => {
      // what was done stays a wish until it is told: the next change builds on it
      if (changed.length === 0) setWish({});
      reload();
    });
  };
  return { marks: { ...known, ...wish }, change };
}
