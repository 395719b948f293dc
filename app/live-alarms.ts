// Alarms as they are kept, told and worked on: store, feed and desk, all following one engine.
import { randomBytes } from 'node:crypto';
import type Logger from 'bunyan';
import type { EnginePort } from '../actors/engine-port.ts';
import type { Options } from '../config/options.ts';
import {
  createElasticsearchMirror,
  MIRROR_LIMITS,
  type ElasticsearchMirror,
} from '../elasticsearch/elasticsearch-mirror.ts';
import type { Clock } from '../server/clock.ts';
import { createLiveFeed, type LiveFeed } from '../server/feed/live-feed.ts';
import type { StatusView } from '../server/schemas/status.ts';
import type { AlarmDesk, AlarmStore } from '../state/alarm-store.ts';
import { createFileAlarmStore } from '../state/file-alarm-store.ts';
import { createMemoryAlarmStore } from '../state/memory-alarm-store.ts';
import { openOperatorRecord, type OperatorRecord } from '../state/operator-record.ts';
import { createAlarmDesk } from './alarm-desk.ts';
import { stateFolder } from './state-folder.ts';
import { storeOptions } from './store-options.ts';

export interface LiveAlarmsDeps {
  readonly engine: Pick<EnginePort, 'subscribe' | 'changeAlarms'>;
  /** Empty, or with the alarms of former runs. */
  readonly store: AlarmStore;
  readonly record: OperatorRecord;
  /** Dsiem's Elasticsearch, when there is one. */
  readonly mirror: ElasticsearchMirror | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Alarms as the server shows them and persons change them. */
export interface LiveAlarms {
  readonly store: AlarmStore;
  readonly desk: AlarmDesk;
  readonly feed: LiveFeed;
  /** Of the way to Elasticsearch; null without one. */
  mirrorFigures(): StatusView['elasticsearch'];
  /** The newest change that the store was told of; 0 for none. */
  sequence(): number;
  /**
   * Makes alarms of a former run `interrupted` unless their backlogs, named by alarm id, go on; only then does the feed
   * show what the store has. Nobody has to wait for it. Never rejects.
   */
  goOnWith(alarmIds: readonly string[]): Promise<void>;
  /** Ends following and closes store and record, for `ms` at most; the feed is closed by who serves it. */
  close(ms: number): Promise<void>;
}

/** Opens the store that the options name; rejects with the system's error when its folder cannot be had. */
export function openAlarmStore(options: Options, clock: Clock, log: Logger): Promise<AlarmStore> {
  if (options.alarmStore === 'on') return createFileAlarmStore(storeOptions(options, clock, log));
  return Promise.resolve(createMemoryAlarmStore(undefined, options.status.at(-1) ?? ''));
}

/** Opens the record of what persons do; rejects with the system's error. */
export function openRecord(options: Options, log: Logger): Promise<OperatorRecord> {
  return openOperatorRecord(stateFolder(options), log);
}

/** Opens the way to Dsiem's Elasticsearch; undefined when the options name none. */
export async function openMirror(
  options: Options,
  clock: Clock,
  log: Logger,
): Promise<ElasticsearchMirror | undefined> {
  const { elasticsearchUrl: url } = options;
  if (url === '') return undefined;
  const folder = stateFolder(options);
  return createElasticsearchMirror({ url, folder, clock, log, limits: MIRROR_LIMITS });
}

/** Lets store and feed follow the engine; to be called before anything is submitted or restored. */
export function createLiveAlarms(deps: LiveAlarmsDeps): LiveAlarms {
  const { engine, store, record, mirror, clock, log } = deps;
  const started = createSignal();
  const feed = createLiveFeed({
    ...{ engine, clock, log: log.child({ component: 'feed' }) },
    store: { snapshot: (limit) => started.promise.then(() => store.snapshot(limit)) },
    epoch: randomBytes(9).toString('base64url'),
  });
  let sequence = 0;
  const unsubscribe = engine.subscribe((changes) => {
    sequence = changes.at(-1)?.sequence ?? sequence;
    mirror?.follow(changes);
    store.apply(changes).catch((err: unknown) => {
      log.error({ err, changes: changes.length }, 'the alarm store has lost changes');
    });
  });
  return {
    ...{ store, feed },
    desk: createAlarmDesk({ store, engine, record, wallMs: clock.wallMs }),
    mirrorFigures: () => describeMirror(mirror),
    sequence: () => sequence,
    goOnWith: async (alarmIds) => {
      try {
        const alarms = await store.interruptAllBut(alarmIds);
        if (alarms > 0) log.warn({ alarms }, 'alarms of a former run are interrupted');
      } catch (err) {
        log.error({ err }, 'alarms of a former run may be shown as running');
      }
      started.resolve();
    },
    close: async (ms) => {
      unsubscribe();
      await Promise.all([record.closeWithin(ms), mirror?.close(ms)]);
      await store.close();
    },
  };
}

function describeMirror(mirror: ElasticsearchMirror | undefined): StatusView['elasticsearch'] {
  if (mirror === undefined) return null;
  const { lastError, ...counts } = mirror.figures();
  return { ...counts, last_error: lastError ?? null };
}

function createSignal(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
