import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { keepNote, readNote } from './router.ts';

/**
 * Keeps the scroll position of an element with the entry of the history and restores it once `ready`, when its content
 * is there.
 */
export function useKeptScroll(
  element: RefObject<HTMLElement | null>,
  ready: boolean,
  name = 'scroll',
): void {
  useLayoutEffect(() => {
    const kept = readNote(name);
    if (ready && typeof kept === 'number') element.current?.scrollTo({ top: kept });
  }, [ready, name, element]);
  useEffect(() => {
    const { current } = element;
    if (!ready || current === null) return undefined;
    const keep = (): void => {
      keepNote(name, current.scrollTop);
    };
    current.addEventListener('scroll', keep, { passive: true });
    return () => {
      current.removeEventListener('scroll', keep);
    };
  }, [ready, name, element]);
}
