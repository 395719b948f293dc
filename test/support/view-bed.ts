// Backends and a frontend that look at each other over a real NATS server; engines are fakes, stores and desks are real.
import { after } from 'node:test';
import { carryOutActions, createKeptAlarm, type AlarmOutput } from '../../actors/kept-alarms.ts';
import { createAlarmDesk } from '../../app/alarm-desk.ts';
import { startAnnouncer, type Announcer } from '../../cluster/announcer.ts';
import type { NatsLink } from '../../cluster/nats-link.ts';
import { openNodeDirectory, type NodeDirectory } from '../../cluster/node-directory.ts';
import { openClusterView, type ClusterView } from '../../cluster/view/cluster-view.ts';
import type { DirectivePlace } from '../../cluster/view/find-faults.ts';
import type { IndexedAlarms } from '../../cluster/view/unlike-alarms.ts';
import { startNodeResponder, type NodeResponderDeps } from '../../cluster/view/node-responder.ts';
import type { SequencedChange } from '../../actors/engine-port.ts';
import type { AlarmState } from '../../core/alarm/alarm-state.ts';
import { createEngineStatistics } from '../../core/ledger/engine-statistics.ts';
import { createLedger, summarizeLedger } from '../../core/ledger/ledger.ts';
import { SampleRing } from '../../core/ledger/sample-ring.ts';
import { pageFigures } from '../../server/routes/statistics.ts';
import type { ReloadView } from '../../server/schemas/reload.ts';
import type { AlarmDesk, AlarmStore } from '../../state/alarm-store.ts';
import { createMemoryAlarmStore } from '../../state/memory-alarm-store.ts';
import type { CapturedLog } from './captured-log.ts';
import { connectTestLink } from './cluster-bed.ts';
import { createFakeEngineAdmin, type FakeEngineAdmin } from './fake-engine-admin.ts';
import { createChangeSource, type ChangeSource } from './feed-bed.ts';
import { waitUntil } from './wait-until.ts';

export interface ViewBackend {
  readonly node: string;
  readonly link: NatsLink;
  readonly log: CapturedLog;
  readonly store: AlarmStore;
  readonly desk: AlarmDesk;
  readonly engine: FakeEngineAdmin & ChangeSource;
  readonly ring: SampleRing;
  readonly statistics: ReturnType<typeof createEngineStatistics>;
  /** Who asked for a reload. */
  readonly reloads: readonly string[];
  /** Tells of states, each as the line of an alarm of this node. */
  put(...states: readonly AlarmState[]): void;
  /** Ends in good order. */
  close(): Promise<void>;
  /** Ends without a word. */
  kill(): Promise<void>;
}

export interface ViewFrontend {
  readonly link: NatsLink;
  readonly log: CapturedLog;
  readonly directory: NodeDirectory;
  readonly view: ClusterView;
  /** What its feed was told. */
  readonly changes: readonly SequencedChange[];
  /** Messages of feeds are lost while this is set, and counted. */
  losesFeeds: boolean;
  lost: number;
  /** Waits until these and no others are live. */
  sees(...nodes: readonly string[]): Promise<void>;
}

const ANNOUNCE_MS = 50;
const SILENCE_MS = 400;
const NOW = 10_000;
let epochs = 0;
const endings: (() => Promise<void>)[] = [];

after(async () => {
  for (const end of endings) await end().catch(() => undefined);
});

/** A reload that changed nothing. */
function makeReload(changes: Partial<ReloadView> = {}): ReloadView {
  return {
    ...{ at: NOW, reason: 'api', by: 'ann', took_ms: 1, ok: true, faults: [], warnings: 0 },
    directives: { added: [], changed: [], removed: [], renamed: [], unchanged: 0 },
    ...{ files: { added: [], changed: [], removed: [] }, backlogs_set_aside: 0 },
    ...changes,
  };
}

/** Starts a backend that is announced every 50 ms; parts can be others. */
export async function startViewBackend(
  msq: string,
  node: string,
  {
    store = createMemoryAlarmStore(),
    files = [],
    ...parts
  }: Partial<NodeResponderDeps> & { readonly files?: readonly string[] } = {},
): Promise<ViewBackend> {
  const { link, ...log } = await connectTestLink(msq);
  const engine = { ...createFakeEngineAdmin(), ...withSequence(createChangeSource()) };
  engine.subscribe((changes) => {
    void store.apply(changes);
  });
  engine.changeAlarms = (wanted) => {
    const output: AlarmOutput = { alarms: { text: '', count: 0 }, changes: [] };
    for (const { known, actions } of wanted) {
      carryOutActions(createKeptAlarm(known), actions, output);
    }
    engine.tell(...output.changes);
    return Promise.resolve();
  };
  const desk = createAlarmDesk({
    ...{ store, engine, wallMs: () => NOW * 1000 },
    record: { append: () => Promise.resolve() },
  });
  const ring = new SampleRing();
  const statistics = createEngineStatistics();
  const reloads: string[] = [];
  epochs += 1;
  const self = { node, epoch: `run${String(epochs)}` };
  const stop = startNodeResponder({
    ...{ link, self, store, desk, engine, log: log.log },
    setDirective: (id, enabled, by) => engine.setDirective(id, enabled, by),
    figures: (query) => pageFigures(engine, statistics, query),
    series: (query) => ring.read(query),
    status: () => ({
      ...{ version: '1.0.0', started: NOW, ledger: summarizeLedger(createLedger(0)) },
      ...{ gauges: engine.gauges(), isOverloaded: false, lastReload: makeReload() },
      readiness: { ready: true, reasons: [], notes: [] },
    }),
    reload: (by) => {
      reloads.push(by);
      return Promise.resolve(makeReload({ by }));
    },
    ...parts,
  });
  const announcer: Announcer = startAnnouncer({
    ...{ link, role: 'backend', ...self, version: '1.0.0', everyMs: ANNOUNCE_MS },
    details: () => ({ files }),
  });
  const kill = async (): Promise<void> => {
    announcer.stop();
    await link.close();
    stop();
  };
  endings.push(kill);
  return {
    ...{ node, link, log, store, desk, engine, ring, statistics, reloads, kill },
    put: (...states) => {
      engine.tell(
        ...states.map((state) => ({ type: 'alarm', state: { ...state, node } }) as const),
      );
    },
    close: async () => {
      stop();
      await announcer.close();
      await link.close();
    },
  };
}

/** A frontend over all backends; its configuration has these directives. */
export async function startViewFrontend(
  msq: string,
  directives: readonly DirectivePlace[] = [],
  sharing = { unheldFiles: (): string[] => [], doublyHeldFiles: (): string[] => [] },
  indexed?: IndexedAlarms,
): Promise<ViewFrontend> {
  const { link, ...log } = await connectTestLink(msq);
  const directory = openNodeDirectory({
    ...{ link, log: log.log, monotonicMs: () => performance.now(), silenceMs: SILENCE_MS },
  });
  const view = openClusterView({
    link: losing(link, () => {
      if (frontend.losesFeeds) frontend.lost += 1;
      return frontend.losesFeeds;
    }),
    ...{ directory, sharing, indexed, log: log.log, wallMs: Date.now },
    ...{ directives: () => directives, ownSeries: new SampleRing() },
  });
  const changes: SequencedChange[] = [];
  view.feed.subscribe((told) => {
    changes.push(...told);
  });
  endings.push(async () => {
    view.close();
    directory.close();
    await link.close();
  });
  const frontend: ViewFrontend = {
    ...{ link, log, directory, view, changes, losesFeeds: false, lost: 0 },
    sees: (...nodes) =>
      waitUntil(() => {
        const live = directory.live('backend').map(({ node }) => node);
        return live.join() === [...nodes].sort().join();
      }, `the backends ${nodes.join()}`),
  };
  return frontend;
}

/** A link that loses the messages of feeds that it is told to lose. */
function losing(link: NatsLink, isLost: () => boolean): NatsLink {
  return {
    get isConnected() {
      return link.isConnected;
    },
    get sinceMs() {
      return link.sinceMs;
    },
    get problem() {
      return link.problem;
    },
    get maxPayload() {
      return link.maxPayload;
    },
    counters: link.counters,
    publish: (subject, data) => link.publish(subject, data),
    flush: () => link.flush(),
    subscribe: (subject, take) =>
      link.subscribe(subject, (message) => {
        if (!subject.startsWith('dsiem_ts.feed') || !isLost()) take(message);
      }),
    request: (subject, data, timeoutMs) => link.request(subject, data, timeoutMs),
    onChange: (listener) => {
      link.onChange(listener);
    },
    close: () => link.close(),
  };
}

/** The getter of the sequence does not survive a spread. */
function withSequence(source: ChangeSource): ChangeSource {
  return {
    tell: (...changes) => {
      source.tell(...changes);
    },
    subscribe: (listener) => source.subscribe(listener),
    get sequence() {
      return source.sequence;
    },
  };
}
