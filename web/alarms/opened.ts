// Which alarms were opened on this browser, and how far they were then: further stages make the title semibold again.
import { signal } from '@preact/signals';
import { finishedStages } from '../controls/stage-glyph.tsx';
import { readStored, writeStored } from '../format/stored-choice.ts';
import type { AlarmState } from '../live/feed-batch.ts';
import { readOpened, withOpened, type Opened } from './list/opened-alarms.ts';

const KEY = 'opened';
const opened = signal<Opened>(readOpened(readStored(KEY)));

/** Whether the alarm was not opened yet, or has finished a further stage since. Read in a component it follows. */
export function isUnread(state: AlarmState): boolean {
  const known = opened.value.get(state.alarm.alarm_id);
  return known === undefined || finishedStages(state) > known;
}

/** Remembers that the alarm was opened as far as it is. */
export function markOpened(state: AlarmState): void {
  // Other tabs of this browser may have opened some meanwhile.
  const newest = readOpened(readStored(KEY));
  const next = withOpened(newest, state.alarm.alarm_id, finishedStages(state));
  opened.value = next;
  writeStored(KEY, JSON.stringify([...next]));
}
