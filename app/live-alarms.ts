import { randomBytes } from 'node:crypto';
import type Logger from 'bunyan';
import type { EnginePort } from '../actors/engine-port.ts';
import type { AnyApiRoute } from '../server/api-route.ts';
import type { Clock } from '../server/clock.ts';
import { createLiveFeed, type LiveFeed } from '../server/feed/live-feed.ts';
import { alarmRoutes } from '../server/routes/alarms.ts';
import type { AlarmStore } from '../state/alarm-store.ts';

export interface LiveAlarmsDeps {
  readonly engine: Pick<EnginePort, 'subscribe'>;
  /** Empty, or with the alarms of former runs. */
  readonly store: AlarmStore;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Alarms as the server shows them. */
export interface LiveAlarms {
  readonly routes: readonly AnyApiRoute[];
  readonly feed: LiveFeed;
  /** Ends following; the store is closed, the feed by who serves it. */
  close(): Promise<void>;
}

/** Lets store and feed follow the engine; to be called before anything is submitted or restored. */
export function createLiveAlarms({ engine, store, clock, log }: LiveAlarmsDeps): LiveAlarms {
  const feed = createLiveFeed({
    ...{ engine, store, clock, log: log.child({ component: 'feed' }) },
    epoch: randomBytes(9).toString('base64url'),
  });
  const unsubscribe = engine.subscribe((changes) => {
    store.apply(changes).catch((err: unknown) => {
      log.error({ err, changes: changes.length }, 'the alarm store has lost changes');
    });
  });
  return {
    routes: alarmRoutes({ store, clock }),
    feed,
    close: async () => {
      unsubscribe();
      await store.close();
    },
  };
}
