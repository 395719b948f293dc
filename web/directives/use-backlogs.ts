import { useEffect, useRef, useState } from 'preact/hooks';
import { toApiError, type ApiError } from '../api/api-error.ts';
import { getJson } from '../api/client.ts';
import { serverNow } from '../format/clock.ts';
import { useLive } from '../live/use-live.ts';
import {
  addPage,
  mergeBatch,
  takeList,
  type BacklogList,
  type BacklogPage,
} from './backlog-list.ts';

const PAGE_LIMIT = '500';

export interface LoadedBacklogs {
  readonly list: BacklogList | null;
  readonly error: ApiError | null;
  /** Takes the list anew: new backlogs come in, ended ones go. */
  readonly renew: () => void;
  /** Reads the next page, if there is one and none is on its way. */
  readonly readMore: () => void;
}

/** The live backlogs that a query of `/api/backlogs` asks for, in their order when the list was taken. */
export function useBacklogs(query: Readonly<Record<string, string>>): LoadedBacklogs {
  const key = new URLSearchParams(query).toString();
  const directive = query['directive'] === undefined ? null : Number(query['directive']);
  const isSearch = query['address'] !== undefined;
  const [list, setList] = useState<BacklogList | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [round, setRound] = useState(0);
  const isReading = useRef(false);
  const read = (cursor: string | null, signal?: AbortSignal): Promise<BacklogPage> =>
    getJson('/backlogs', {
      query: { ...query, limit: PAGE_LIMIT, ...(cursor === null ? {} : { cursor }) },
      ...(signal === undefined ? {} : { signal }),
    });
  const fail = (thrown: unknown): void => {
    setError(toApiError(thrown));
  };
  useEffect(() => {
    const controller = new AbortController();
    read(null, controller.signal)
      .then((page) => {
        if (controller.signal.aborted) return;
        setError(null);
        setList(takeList(page));
      })
      .catch(fail);
    return () => {
      controller.abort();
    };
  }, [key, round]);
  const renew = (): void => {
    setRound((before) => before + 1);
  };
  useLive((batch) => {
    if (batch.renew) renew();
    setList(
      (known) => known && mergeBatch(known, batch, { directive, isSearch, now: serverNow() }),
    );
  });
  const readMore = (): void => {
    if (isReading.current || list?.next == null) return;
    isReading.current = true;
    read(list.next)
      .then((page) => {
        setList((known) => known && addPage(known, page));
      })
      .catch(fail)
      .finally(() => {
        isReading.current = false;
      });
  };
  return { list, error, renew, readMore };
}
