import { effect } from '@preact/signals';
import { openQueue } from '../alarms/queue-store.ts';
import { knownMarks, queueState } from '../alarms/use-queue.ts';
import { sessionState } from '../api/session.ts';
import { startEngineStatus } from '../live/engine-status.ts';
import { connection, startLive, tryNow } from '../live/live.ts';
import { refreshCounts, startStatusCounts } from '../live/status-counts.ts';
import { route } from '../router/router.ts';

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
      void start();
    } else if (connection.peek().kind === 'lost') {
      tryNow();
      refreshCounts();
    }
  });
}

/** The first rows come first: the feed begins with hundreds of alarms, and counts are of all there are. */
async function start(): Promise<void> {
  // Also out of the effect, which would follow what is read here.
  await Promise.resolve();
  if (route.peek().page === 'alarms') {
    await openQueue(queueState(), knownMarks().firstStatus);
    await drawn();
  }
  startLive();
  startStatusCounts();
  startEngineStatus();
}

/** Resolves after the next drawing; a page that nobody sees is not drawn. */
function drawn(): Promise<void> {
  return new Promise((resolve) => {
    if (document.hidden) resolve();
    else requestAnimationFrame(() => setTimeout(resolve));
  });
}
