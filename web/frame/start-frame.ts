import { effect } from '@preact/signals';
import { sessionState } from '../api/session.ts';
import { startEngineStatus } from '../live/engine-status.ts';
import { connection, startLive, tryNow } from '../live/live.ts';
import { refreshCounts, startStatusCounts } from '../live/status-counts.ts';

/** Starts what needs somebody who may read, as soon as there is one; once for a page. */
export function startFrame(): void {
  let hasStarted = false;
  let wasIn = false;
  effect(() => {
    const isIn = sessionState.value.kind === 'in';
    const cameIn = isIn && !wasIn;
    wasIn = isIn;
    // A session that was merely asked for again is no reason to connect before its time.
    if (!cameIn) return;
    if (!hasStarted) {
      hasStarted = true;
      startLive();
      startStatusCounts();
      startEngineStatus();
    } else if (connection.peek().kind === 'lost') {
      tryNow();
      refreshCounts();
    }
  });
}
