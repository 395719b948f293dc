import { randomUUID } from 'node:crypto';
import { startAnnouncer, type Announcer } from '../../cluster/announcer.ts';
import { createBackendWindow } from '../../cluster/backend-window.ts';
import {
  startBackendSubscriber,
  type BackendSubscriber,
} from '../../cluster/backend-subscriber.ts';
import {
  createFrontendPublisher,
  type FrontendPublisher,
} from '../../cluster/frontend-publisher.ts';
import { createLossWatch, type LossWatch, type Resume } from '../../cluster/loss-watch.ts';
import { parseNatsAddress } from '../../cluster/nats-address.ts';
import { openNatsLink, type NatsLinkDeps } from '../../cluster/nats-connection.ts';
import type { NatsLink } from '../../cluster/nats-link.ts';
import { openNodeDirectory, type NodeDirectory } from '../../cluster/node-directory.ts';
import type { NormalizedEvent } from '../../core/event/normalized-event.ts';
import { parseEvent } from '../../core/event/parse-event.ts';
import { createLedger, type Ledger } from '../../core/ledger/ledger.ts';
import { createCapturedLog, type CapturedLog } from './captured-log.ts';
import { createFakeEngine, type FakeEngine } from './fake-engine.ts';
import { waitUntil } from './wait-until.ts';

/** A connection of a test; `log` keeps what it says. */
export interface TestLink extends CapturedLog {
  readonly link: NatsLink;
}

/** Opens a connection to `msq` and waits for nothing. */
export function openTestLink(msq: string, more: Partial<NatsLinkDeps> = {}): TestLink {
  const captured = createCapturedLog();
  const address = parseNatsAddress(msq);
  if (address === undefined) throw new Error(`${msq} is no address`);
  const link = openNatsLink({
    ...{ address, credentials: {}, name: 'test', retryMs: 100, log: captured.log },
    ...more,
  });
  return { ...captured, link };
}

/** As openTestLink, connected. */
export async function connectTestLink(
  msq: string,
  more: Partial<NatsLinkDeps> = {},
): Promise<TestLink> {
  const opened = openTestLink(msq, more);
  await waitUntil(() => opened.link.isConnected, 'NATS');
  return opened;
}

/** The event of this number; `more` are further keys as a sender writes them. */
export function makeEvent(
  number: number,
  more: Readonly<Record<string, unknown>> = {},
): NormalizedEvent {
  const event = parseEvent({
    event_id: `e${String(number)}`,
    timestamp: '2026-11-24T08:00:00Z',
    ...{ title: 't', sensor: 's', src_ip: '10.0.0.1', dst_ip: '10.0.0.2' },
    ...{ plugin_id: 1001, plugin_sid: 1 },
    ...more,
  });
  if (event === undefined) throw new Error('the test made no valid event');
  return event;
}

export interface TestFrontend extends TestLink {
  readonly publisher: FrontendPublisher;
  readonly announcer: Announcer;
  /** Events of which the ledger was told. */
  readonly published: () => number;
  shares: boolean;
  /** Ends without a word, as a killed process does. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** A frontend's transport, announced every 50 ms. */
export async function startTestFrontend(
  msq: string,
  {
    node = 'fe1',
    epoch = 'e1',
    maxQueue = 1000,
    frontends = 1,
    waitMs = 2000,
    shares = true,
    pingMs = 5000,
  } = {},
): Promise<TestFrontend> {
  const opened = await connectTestLink(msq, { pingMs });
  const { link, log } = opened;
  let published = 0;
  const monotonicMs = (): number => performance.now();
  const window = createBackendWindow({ link, epoch, frontends: () => frontends, monotonicMs, log });
  const publisher = createFrontendPublisher({
    ...{ link, node, epoch, maxQueue, window, waitMs, log, wallMs: Date.now },
    isShared: () => frontend.shares,
    onPublished: (events) => {
      published += events;
    },
  });
  const announcer = startAnnouncer({
    ...{ link, role: 'frontend', node, epoch, version: '0', everyMs: 50 },
    details: () => publisher.numbers(),
  });
  const frontend: TestFrontend = {
    ...{ ...opened, publisher, announcer, published: () => published, shares },
    kill: async () => {
      announcer.stop();
      await link.close();
    },
    close: async () => {
      await publisher.close(1000);
      await announcer.close();
      await link.close();
    },
  };
  return frontend;
}

export interface TestBackend extends TestLink {
  readonly subscriber: BackendSubscriber;
  readonly losses: LossWatch;
  readonly directory: NodeDirectory;
  readonly engine: FakeEngine;
  readonly ledger: Ledger;
  readonly lags: () => number;
  /** The ids of the events that the engine got. */
  readonly ids: () => readonly string[];
  close(): Promise<void>;
}

/** A backend's transport before a fake engine; numbers may come 100 ms late. */
export async function startTestBackend(
  msq: string,
  {
    maxQueue = 1000,
    resume,
    pingMs = 5000,
  }: {
    readonly maxQueue?: number;
    readonly resume?: Resume;
    readonly pingMs?: number;
  } = {},
): Promise<TestBackend> {
  const opened = openTestLink(msq, { pingMs });
  const { link, log } = opened;
  const ledger = createLedger(0);
  const engine = createFakeEngine(ledger);
  const monotonicMs = (): number => performance.now();
  const directory = openNodeDirectory({ link, log, monotonicMs, silenceMs: 400 });
  let lags = 0;
  const losses = createLossWatch({
    ...{ directory, resume, log, monotonicMs, wallMs: Date.now, waitMs: 100 },
    onLost: (events) => {
      ledger.received += events;
      ledger.accepted += events;
      ledger.lost += events;
    },
  });
  const subscriber = startBackendSubscriber({
    ...{ link, node: 'be1', epoch: randomUUID(), engine, ledger, maxQueue, losses, log },
    onLag: () => {
      lags += 1;
    },
  });
  await waitUntil(() => link.isConnected, 'NATS');
  await link.flush();
  return {
    ...{ ...opened, subscriber, losses, directory, engine, ledger, lags: () => lags },
    ids: () => engine.events.map(({ eventId }) => eventId),
    close: async () => {
      await subscriber.close(1000);
      directory.close();
      await link.close();
    },
  };
}
