import { useEffect, useRef } from 'preact/hooks';
import type { LiveBatch } from './feed-batch.ts';
import { subscribeLive } from './live.ts';

/** Calls `listener`, always the newest one, with each batch of live updates while the component is shown. */
export function useLive(listener: (batch: LiveBatch) => void): void {
  const newest = useRef(listener);
  newest.current = listener;
  useEffect(
    () =>
      subscribeLive((batch) => {
        newest.current(batch);
      }),
    [],
  );
}
