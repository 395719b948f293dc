import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { announce } from '../controls/announce.ts';
import { Icon } from '../controls/icon.tsx';
import { following, takeInNew, toggleFollow } from './follow.ts';
import { pillText } from './list/waiting.ts';
import { shownQueue } from './queue-store.ts';

/** What waits to be taken in; while the list follows by itself, that it does. */
export function Pill(): JSX.Element | null {
  const waiting = shownQueue.value?.waiting;
  const text = waiting === undefined ? '' : pillText(waiting);
  const isNews = text !== '' && (waiting?.fresh.size ?? 0) > 0;
  useEffect(() => {
    if (isNews) announce(text);
  }, [text, isNews]);
  if (following.value) {
    return (
      <button
        type="button"
        class="pill on"
        aria-pressed="true"
        data-tip="New alarms come in by themselves. Press F or here to stop that"
        onClick={toggleFollow}
      >
        Following
      </button>
    );
  }
  if (text === '') return null;
  return (
    <button type="button" class="pill" data-tip="Take them in (n)" onClick={takeInNew}>
      <Icon name="up" />
      {text}
    </button>
  );
}
