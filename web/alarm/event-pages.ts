// The kept events of an alarm as the page holds them: newest first, each place once.
import type { z } from 'zod';
import type { alarmEvents } from '../../server/schemas/alarm-detail.ts';

export type EventsPage = z.infer<typeof alarmEvents>;
export type AlarmEvent = EventsPage['events'][number];

/** As many as the engine keeps of an alarm. */
export const MOST_EVENTS = 1000;

/** The events with newer ones before them; null when there is a gap between them, so that all have to be asked for. */
export function addNewer(
  known: readonly AlarmEvent[],
  { events, next }: EventsPage,
): readonly AlarmEvent[] | null {
  const newest = known[0]?.place ?? 0;
  const fresh = events.filter(({ place }) => place > newest);
  if (fresh.length === 0) return known;
  const hasGap = next !== null && fresh.length === events.length;
  if (hasGap || fresh.length + known.length > MOST_EVENTS) return null;
  return [...fresh, ...known];
}
