import { join } from 'node:path';
import {
  makeNode,
  readCluster,
  startBackend,
  startFrontend,
  startNats,
  waitForNodes,
  type Scope,
} from '../../test/support/cluster-processes.ts';
import type { NatsServer } from '../../test/support/nats-server.ts';
import type { Product } from '../../test/support/process.ts';
import { BENCH_OPTIONS } from './servers.ts';

const FRONTEND = 'f1';
const BACKEND = 'b1';

/** A nats-server, a frontend and a backend. */
export interface BenchCluster {
  readonly frontend: Product;
  readonly backend: Product;
  readonly nats: NatsServer;
  /** Where the backend writes its events. */
  readonly path: string;
  /** Events that the backend counts as lost. */
  lost(): Promise<number>;
  close(): Promise<void>;
}

/** Starts the three with these configuration files, the directives on the one backend. */
export async function startBenchCluster(
  files: Readonly<Record<string, unknown>>,
): Promise<BenchCluster> {
  const ends: (() => unknown)[] = [];
  const scope: Scope = {
    after: (end) => {
      ends.push(end);
    },
  };
  const nats = await startNats(scope);
  const place = { ...(await makeNode(scope, FRONTEND, nats)), options: BENCH_OPTIONS };
  const own = Object.entries(files).map(([name, content]): [string, unknown] => [
    name.replace(/^directives_/, `directives_${BACKEND}_`),
    content,
  ]);
  const frontend = await startFrontend(scope, place, Object.fromEntries(own));
  const backend = await startBackend(scope, frontend, {
    ...{ ...(await makeNode(scope, BACKEND, nats)), options: BENCH_OPTIONS },
  });
  await waitForNodes(frontend, FRONTEND, [BACKEND]);
  return {
    ...{ frontend, backend, nats, path: join(backend.logDir, 'siem_alarm_events.json') },
    lost: async () => (await readCluster(frontend, FRONTEND)).nodes[0]?.ledger['lost'] ?? 0,
    close: async () => {
      for (const end of ends.toReversed()) await end();
    },
  };
}
