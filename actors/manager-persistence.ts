// The persistence hook (SPEC §10): on termination a manager writes its backlogs to its directive's file and stops them.
import type { SavedBacklog } from '../core/correlation/saved-backlog.ts';
import { stopActor, tell } from './actor-ref.ts';
import type { LiveBacklog, ManagerState } from './manager-state.ts';
import { Replies } from './replies.ts';

/** What the persistence hook did; `lost` backlogs could not be written. */
export interface SaveReport {
  readonly saved: number;
  readonly lost: number;
}

const BACKLOGS_AT_ONCE = 256;

/** Saves every backlog of the manager, then stops their actors; a file that cannot be written is logged, not thrown. */
export async function save(state: ManagerState): Promise<SaveReport> {
  const entries = [...state.roster.entries()];
  if (entries.length === 0) return { saved: 0, lost: 0 };
  let saved = 0;
  try {
    await state.deps.saveBacklogs(
      state.head.id,
      savedItems(state, entries, () => (saved += 1)),
    );
  } catch (err) {
    const { log } = state.deps;
    log.error({ err, directive: state.head.id, backlogs: entries.length }, 'backlogs are lost');
    saved = 0;
  }
  for (const entry of entries) stopActor(entry.ref);
  return { saved, lost: entries.length - saved };
}

/** The saved form of these backlogs, with what is kept of their alarms. */
export async function collectSaved(
  { deps }: ManagerState,
  entries: readonly LiveBacklog[],
): Promise<SavedBacklog[]> {
  const keeping = await deps.collectKeeping(entries.map(({ alarmId }) => alarmId));
  const items: SavedBacklog[] = [];
  const replies = new Replies();
  for (const { ref, alarmId } of entries) {
    const done = replies.expect((item: SavedBacklog | undefined) => {
      if (item !== undefined) items.push(item);
    });
    tell(ref, { type: 'save', keeping: keeping.get(alarmId), done });
  }
  await replies.all();
  return items;
}

async function* savedItems(
  state: ManagerState,
  entries: readonly LiveBacklog[],
  onSaved: () => void,
): AsyncGenerator<SavedBacklog> {
  for (let start = 0; start < entries.length; start += BACKLOGS_AT_ONCE) {
    for (const item of await collectSaved(state, entries.slice(start, start + BACKLOGS_AT_ONCE))) {
      yield item;
      onSaved();
    }
  }
}
