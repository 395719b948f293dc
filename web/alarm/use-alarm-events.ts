import { useEffect, useRef, useState } from 'preact/hooks';
import { toApiError, type ApiError } from '../api/api-error.ts';
import { getJson } from '../api/client.ts';
import { addNewer, type AlarmEvent, type EventsPage } from './event-pages.ts';

export interface LoadedEvents {
  /** Newest first; null until they are there. */
  readonly events: readonly AlarmEvent[] | null;
  readonly error: ApiError | null;
  readonly retry: () => void;
}

const NEWER = 50;
/** The engine keeps events a moment after it has told of them. */
const WAIT_MS = 700;
const MOST_TRIES = 5;

/** The kept events of an alarm, the newest `limit`; more are asked for when `total` (accepted ones) grows. */
export function useAlarmEvents(id: string | null, total: number, limit: number): LoadedEvents {
  const [loaded, setLoaded] = useState<{ id: string; events: readonly AlarmEvent[] } | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [round, setRound] = useState(0);
  const known = useRef(loaded);
  known.current = loaded;
  useEffect(() => {
    if (id === null) return undefined;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const { signal } = abort;
    const look = async (tries: number): Promise<void> => {
      const before = known.current?.id === id ? known.current.events : null;
      if (before !== null && (before[0]?.place ?? 0) >= total) return;
      const events = await readNewest({ id, before, limit, signal });
      setLoaded({ id, events });
      setError(null);
      if ((events[0]?.place ?? 0) >= total || tries >= MOST_TRIES) return;
      timer = setTimeout(() => void follow(tries + 1), WAIT_MS);
    };
    const follow = (tries: number): Promise<void> =>
      look(tries).catch((thrown: unknown) => {
        if (!signal.aborted) setError(toApiError(thrown));
      });
    void follow(0);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [id, total, limit, round]);
  const retry = (): void => {
    setRound((before) => before + 1);
  };
  return { events: loaded?.id === id ? loaded.events : null, error, retry };
}

interface ReadInput {
  readonly id: string;
  readonly before: readonly AlarmEvent[] | null;
  readonly limit: number;
  readonly signal: AbortSignal;
}

async function readNewest({
  id,
  before,
  limit,
  signal,
}: ReadInput): Promise<readonly AlarmEvent[]> {
  const path = `/alarms/${encodeURIComponent(id)}/events`;
  if (before !== null && before.length > 0 && limit > NEWER) {
    const page = await getJson<EventsPage>(path, { query: { limit: String(NEWER) }, signal });
    const events = addNewer(before, page);
    if (events !== null) return events;
  }
  const page = await getJson<EventsPage>(path, { query: { limit: String(limit) }, signal });
  return page.events;
}
