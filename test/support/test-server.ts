import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { createLogger } from 'bunyan';
import { createLedger, type Ledger } from '../../core/ledger/ledger.ts';
import type { ConfigurationFault } from '../../server/configuration-port.ts';
import {
  createHttpServer,
  type HttpServer,
  type HttpServerOptions,
} from '../../server/http-server.ts';
import type { ServerLimits } from '../../server/server-limits.ts';
import { createFakeEngine, type FakeEngine } from './fake-engine.ts';

/** A running http server around a fake engine, with a configuration folder of its own. */
export interface TestServer {
  readonly http: HttpServer;
  readonly engine: FakeEngine;
  readonly ledger: Ledger;
  readonly port: number;
  readonly url: string;
  readonly folder: string;
  /** Moves the server's clocks. */
  advance(ms: number): void;
  /** Faults that the check of configuration files finds from now on. */
  faults: readonly ConfigurationFault[];
}

/** What of the server a test sets. */
export interface TestServerSettings {
  readonly options?: Partial<HttpServerOptions>;
  readonly limits?: Partial<ServerLimits>;
}

const running: Pick<TestServer, 'http' | 'folder'>[] = [];

after(async () => {
  for (const { http, folder } of running) {
    await http.close(100);
    await rm(folder, { recursive: true });
  }
});

/** Starts a server that ends with the tests of the file that asked for it. */
export async function startTestServer(settings: TestServerSettings = {}): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'dsiem-server-'));
  const ledger = createLedger(0);
  const engine = createFakeEngine(ledger);
  let aheadMs = 0;
  const server: { faults: readonly ConfigurationFault[] } = { faults: [] };
  const http = createHttpServer({
    engine,
    ledger,
    options: {
      ipAddress: '127.0.0.1',
      tcpPort: 0,
      minEps: 0,
      maxEps: 0,
      writableConfig: false,
      ...settings.options,
    },
    configuration: {
      folder,
      check: () => server.faults,
      write: (name, text) => writeFile(join(folder, name), text),
    },
    clock: {
      wallMs: () => 1_795_528_661_305.25 + aheadMs,
      monotonicMs: () => performance.now() + aheadMs,
    },
    log: createLogger({ name: 'test', level: 60 }),
    isOverloaded: () => false,
    ...(settings.limits === undefined ? undefined : { limits: settings.limits }),
  });
  const { port } = await http.listen();
  running.push({ http, folder });
  return Object.assign(server, {
    http,
    engine,
    ledger,
    port,
    url: `http://127.0.0.1:${String(port)}`,
    folder,
    advance: (ms: number) => {
      aheadMs += ms;
    },
  });
}

/** A valid event as senders post it. */
export function postedEvent(change: Readonly<Record<string, unknown>> = {}): object {
  return {
    event_id: 'e1',
    timestamp: '2026-11-24T08:00:00Z',
    title: 't',
    sensor: 's',
    src_ip: '10.0.0.1',
    dst_ip: '10.0.0.2',
    plugin_id: 1001,
    plugin_sid: 1,
    ...change,
  };
}
