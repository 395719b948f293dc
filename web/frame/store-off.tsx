import type { JSX } from 'preact';
import { engineFigures } from '../live/engine-status.ts';

/** That alarms are kept in memory only; nothing where they are on disk, or where no engine is there to tell. */
export function StoreOff(): JSX.Element | null {
  const status = engineFigures.value?.status;
  if (status?.alarm_store.kind !== 'memory') return null;
  if (status.nodes?.some(({ answers }) => answers) === false) return null;
  return (
    <div class="banner" role="region" aria-label="Alarm store">
      <span>
        <b>Only the newest alarms are kept, until the next stop</b> (<code>--alarm-store off</code>
        ). All are in siem_alarms.json. Start without it to keep alarms and their events.
      </span>
    </div>
  );
}
