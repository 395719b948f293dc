import type { Admission } from '../actors/engine-port.ts';
import type { NormalizedEvent } from '../core/event/normalized-event.ts';

/** Events of one request, and who waits for what becomes of them; `answer` is undefined once it was called. */
export interface Request {
  readonly events: readonly NormalizedEvent[];
  /** The JSON text that the events are all of: one, or an array; undefined when there is none. */
  readonly json: Uint8Array | undefined;
  answer: ((admission: Admission) => void) | undefined;
}

/** Requests that wait for room, first come, first served, each for so long at most. */
export interface WaitingLine {
  readonly isEmpty: boolean;
  /** Events of all of them. */
  readonly events: number;
  add(request: Request): void;
  /** Takes off the first one if there is room for its events. */
  takeIf(hasRoom: (events: number) => boolean): Request | undefined;
  dismissAll(admission: Admission): void;
}

/** An empty line; who has waited for `waitMs` is answered 'full', and `onLeave` called: who is next may be smaller. */
export function createWaitingLine(waitMs: number, onLeave: () => void): WaitingLine {
  const timers = new Map<Request, NodeJS.Timeout>();
  let waiting = 0;

  function remove(request: Request): void {
    clearTimeout(timers.get(request));
    timers.delete(request);
    waiting -= request.events.length;
  }

  function dismiss(request: Request, admission: Admission): void {
    remove(request);
    request.answer?.(admission);
    request.answer = undefined;
  }

  return {
    get isEmpty() {
      return timers.size === 0;
    },
    get events() {
      return waiting;
    },
    add: (request) => {
      waiting += request.events.length;
      const timer = setTimeout(() => {
        dismiss(request, 'full');
        onLeave();
      }, waitMs);
      timers.set(request, timer);
    },
    takeIf: (hasRoom) => {
      const [first] = timers.keys();
      if (first === undefined || !hasRoom(first.events.length)) return undefined;
      remove(first);
      return first;
    },
    dismissAll: (admission) => {
      for (const request of timers.keys()) dismiss(request, admission);
    },
  };
}
