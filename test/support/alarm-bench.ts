import { createKeptAlarm, carryOutActions, type AlarmOutput } from '../../actors/kept-alarms.ts';
import type { AlarmChange } from '../../actors/engine-port.ts';
import { createAlarmDesk } from '../../app/alarm-desk.ts';
import type { AlarmState, EngineChange } from '../../core/alarm/alarm-state.ts';
import { compileAssets } from '../../core/asset/compile-assets.ts';
import type { AnyApiRoute } from '../../server/api-route.ts';
import { createLiveFeed } from '../../server/feed/live-feed.ts';
import type { AlarmRoutesDeps } from '../../server/routes/alarm-parameters.ts';
import { alarmRoutes } from '../../server/routes/alarms.ts';
import type { AlarmDesk, AlarmStore } from '../../state/alarm-store.ts';
import { createMemoryAlarmStore } from '../../state/memory-alarm-store.ts';
import type { RecordedAction } from '../../state/operator-record.ts';
import { startAdminBed, type AdminBed } from './admin-bed.ts';
import { createCapturedLog } from './captured-log.ts';
import { createChangeSource } from './feed-bed.ts';

/** The routes of alarms over a store in memory and the real desk, whose changes come true at once. */
export interface AlarmBench {
  readonly routes: readonly AnyApiRoute[];
  readonly store: AlarmStore;
  readonly desk: AlarmDesk;
  /** What the desk had recorded. */
  readonly recorded: readonly RecordedAction[];
  /** Takes changes in, with the next sequences. */
  apply(...changes: readonly EngineChange[]): Promise<void>;
  /** Takes states in, each as the line of an alarm. */
  put(...states: readonly AlarmState[]): Promise<void>;
}

/** The time of a bench, in Unix seconds. */
const BENCH_NOW = 10_000;

/** Makes a bench; parts can be others. */
export function createAlarmBench(
  parts: Partial<AlarmRoutesDeps> & { readonly store?: AlarmStore } = {},
): AlarmBench {
  const { store = createMemoryAlarmStore() } = parts;
  const recorded: RecordedAction[] = [];
  let sequence = 0;

  async function apply(...changes: readonly EngineChange[]): Promise<void> {
    const placed = changes.map((change) => ({ sequence: (sequence += 1), change }));
    await store.apply(placed);
  }

  async function changeAlarms(wanted: readonly AlarmChange[]): Promise<void> {
    const output: AlarmOutput = { alarms: { text: '', count: 0 }, changes: [] };
    for (const { known, actions } of wanted) {
      carryOutActions(createKeptAlarm(known), actions, output);
    }
    await apply(...output.changes);
  }

  const desk = createAlarmDesk({
    ...{ store, engine: { changeAlarms }, wallMs: () => BENCH_NOW * 1000 },
    record: {
      append: (actions) => {
        recorded.push(...actions);
        return Promise.resolve();
      },
    },
  });
  const assets = compileAssets([
    { name: 'office', cidr: '192.168.0.0/16', value: 2 },
    { name: 'db01', cidr: '192.168.0.1', value: 4 },
  ]).assets;
  const routes = alarmRoutes({
    ...{ desk, clock: { wallMs: () => BENCH_NOW * 1000 }, sequence: () => sequence },
    ...{ assets: () => assets, directive: () => undefined },
    statuses: ['Open', 'In-Progress', 'Closed'],
    tags: ['Identified Threat', 'False Positive'],
    ...{ riskBounds: { medRiskMin: 3, medRiskMax: 6 }, kibanaUrl: '', ...parts, store },
  });
  return {
    ...{ routes, store, desk, recorded, apply },
    put: (...states) => apply(...states.map((state) => ({ type: 'alarm', state }) as const)),
  };
}

/** Serves the routes of a bench over HTTP until the tests of the file end. */
export async function serveAlarms({ routes, store }: AlarmBench): Promise<AdminBed> {
  const { log } = createCapturedLog();
  const feed = createLiveFeed({
    ...{ engine: createChangeSource(), store, epoch: 'e', log },
    clock: { wallMs: Date.now, monotonicMs: () => performance.now() },
  });
  return startAdminBed({ server: { alarms: { routes, feed } } });
}
