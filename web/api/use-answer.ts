import { useCallback, useEffect, useState } from 'preact/hooks';
import { toApiError, type ApiError } from './api-error.ts';
import { getJson } from './client.ts';

export interface LoadedAnswer<Body> {
  /** The newest good answer; it stays while another is on its way or has failed. */
  readonly body: Body | null;
  readonly error: ApiError | null;
  readonly loading: boolean;
  /** Asks again. */
  readonly reload: () => void;
}

interface Loaded<Body> {
  readonly path: string;
  readonly body: Body | null;
  readonly error: ApiError | null;
}

/**
 * The answer of GET `/api<path>`, asked again when the path changes or `reload` is called; a null path asks nothing. With
 * `keep` the answer of the former path stays until that of the new one is there, as a list does when its filter changes.
 */
export function useAnswer<Body>(path: string | null, { keep = false } = {}): LoadedAnswer<Body> {
  const [loaded, setLoaded] = useState<Loaded<Body> | null>(null);
  const [round, setRound] = useState(0);
  const [loading, setLoading] = useState(path !== null);
  useEffect(() => {
    if (path === null) return undefined;
    const controller = new AbortController();
    setLoading(true);
    getJson<Body>(path, { signal: controller.signal })
      .then((body) => {
        if (!controller.signal.aborted) setLoaded({ path, body, error: null });
      })
      .catch((thrown: unknown) => {
        const error = toApiError(thrown);
        if (error === null || controller.signal.aborted) return;
        setLoaded((before) => {
          const stays = keep || before?.path === path;
          return { path, body: stays ? (before?.body ?? null) : null, error };
        });
      })
      .finally(() => {
        if (!controller.signal.aborted) setLoading(false);
      });
    return () => {
      controller.abort();
    };
  }, [path, round, keep]);
  const reload = useCallback(() => {
    setRound((before) => before + 1);
  }, []);
  const shown = keep || loaded?.path === path ? loaded : null;
  return { body: shown?.body ?? null, error: shown?.error ?? null, loading, reload };
}
