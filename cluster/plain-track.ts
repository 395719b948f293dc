// Losses on `dsiem_events`, where messages say no more than their conn_id. They can be told only while one frontend
// publishes there, one of ours: it announces, after its events on the same connection, which conn_ids NATS has taken.
import type { Announcement } from './announcement.ts';
import { createRangeList, type NumberRange, type RangeList } from './number-ranges.ts';

/** What came on `dsiem_events` since the last announcement. */
export interface PlainTrack {
  /** Notes a message; 0 stands for one without conn_id. */
  take(connId: number): void;
  /** The only live frontend announces: how many events are lost since its last announcement. */
  settle(announcement: Announcement): number;
  /** There is no frontend, or more than one: nothing can be told until `settle` is called twice again. */
  reset(): void;
  /** Whether another frontend publishes there, one that announces nothing. */
  readonly isForeign: boolean;
}

/** Each loss makes one more range. */
const MOST_RANGES = 100_000;

/** A track that knows no frontend. */
export function createPlainTrack(): PlainTrack {
  let epoch: string | undefined;
  let settledEnd = 0;
  /** What was given out before is not judged: it may have come before anybody knew whose it was. */
  let judgedFrom = 0;
  let isForeign = false;
  let received: RangeList = createRangeList(MOST_RANGES);

  function begin(announcement: Announcement): void {
    epoch = announcement.epoch;
    settledEnd = endOf(announcement.plain);
    judgedFrom = announcement.last + 1;
    isForeign = false;
    received = createRangeList(MOST_RANGES);
  }

  return {
    get isForeign() {
      return isForeign;
    },
    take: (connId) => {
      if (epoch === undefined || isForeign) return;
      if (connId < settledEnd) isForeign = true;
      else received.add({ first: connId, end: connId + 1 });
    },
    settle: (announcement) => {
      if (announcement.epoch !== epoch) {
        begin(announcement);
        return 0;
      }
      if ((received.ranges().at(-1)?.end ?? 0) > announcement.last + 1) isForeign = true;
      if (isForeign) return 0;
      let lost = 0;
      for (const { first, end } of announcement.plain) {
        lost += received.missingOf({ first: Math.max(first, settledEnd, judgedFrom), end });
      }
      settledEnd = Math.max(settledEnd, endOf(announcement.plain));
      received.forgetBelow(settledEnd);
      return lost;
    },
    reset: () => {
      epoch = undefined;
      isForeign = false;
      received = createRangeList(MOST_RANGES);
    },
  };
}

function endOf(ranges: readonly NumberRange[]): number {
  return ranges.reduce((end, range) => Math.max(end, range.end), 1);
}
