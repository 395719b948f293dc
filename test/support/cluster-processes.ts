// Frontends and backends as processes of their own, started as an operator does, around a real nats-server.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { JSON_LOG } from './ledger-check.ts';
import { startNatsServer, type NatsServer } from './nats-server.ts';
import { findFreePort, startProduct, type Product, type ProductSettings } from './process.ts';
import { makeTemporaryFolder, removeFolder } from './temporary-folder.ts';
import { waitUntil } from './wait-until.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'app', 'main.js');
/** As the programs of the package have it. */
const YOUNG_SPACE = '--max-semi-space-size=64';
const SEEN_LIMIT_MS = 20_000;

/** What ends at its end: a test's context, or a bench. */
export interface Scope {
  after(end: () => unknown): void;
}

/** How a node is started; folders and port stay the same when it is started again with the same settings. */
export interface NodeSettings {
  readonly node: string;
  readonly msq: string;
  readonly configDir: string;
  readonly logDir: string;
  readonly port: number;
  readonly options?: readonly string[];
  /** Default: when it is ready. */
  readonly answersAt?: string;
}

/** Settings of a node with folders of its own, removed after the test, and a free port. */
export async function makeNode(
  t: Scope,
  node: string,
  { url }: Pick<NatsServer, 'url'>,
): Promise<NodeSettings> {
  const place = { configDir: makeTemporaryFolder('config'), logDir: makeTemporaryFolder('logs') };
  t.after(() => {
    removeFolder(place.configDir);
    removeFolder(place.logDir);
  });
  return { node, msq: url, ...place, port: await findFreePort() };
}

/** Starts a nats-server that ends with the test. */
export async function startNats(t: Scope, configuration = ''): Promise<NatsServer> {
  const server = await startNatsServer(configuration);
  t.after(() => server.stop());
  return server;
}

/** Starts a frontend and waits until it listens; its log is JSON. */
export function startFrontend(
  t: Scope,
  settings: NodeSettings,
  files: Readonly<Record<string, unknown>> = {},
): Promise<Product> {
  return startNode(t, 'frontend', {
    ...settings,
    files,
    answersAt: settings.answersAt ?? '/config',
  });
}

/** Starts a backend of this frontend and waits until it is ready; its log is JSON. */
export function startBackend(
  t: Scope,
  frontend: Pick<Product, 'url'>,
  settings: NodeSettings,
): Promise<Product> {
  const options = ['--frontend', frontend.url, ...(settings.options ?? [])];
  return startNode(t, 'backend', {
    ...settings,
    options,
    answersAt: settings.answersAt ?? '/readyz',
  });
}

async function startNode(
  t: Scope,
  role: 'frontend' | 'backend',
  {
    node,
    msq,
    port,
    options = [],
    ...settings
  }: NodeSettings & Pick<ProductSettings, 'files' | 'answersAt'>,
): Promise<Product> {
  const product = await startProduct({
    ...{ ...settings, port, environment: JSON_LOG },
    command: [process.execPath, YOUNG_SPACE, MAIN, role],
    options: [...['--node', node, '--msq', msq, '--tcp-port', String(port)], ...options],
  });
  t.after(product.dispose);
  return product;
}

const finding = z.looseObject({ code: z.string(), message: z.string() });
const nodeView = z.looseObject({
  ...{ node: z.string(), answers: z.boolean(), overloaded: z.boolean() },
  ready: z.boolean(),
  notes: z.array(finding),
  ledger: z.record(z.string(), z.number()),
  directives: z.number().nullable(),
  alarms: z.number().nullable(),
  last_reload: z.looseObject({ ok: z.boolean(), by: z.string() }).nullable(),
});
const statusShape = z.looseObject({
  nodes: z.array(nodeView),
  findings: z.array(finding),
});
/** What GET /api/status of a frontend tells of its cluster. */
export type ClusterView = z.infer<typeof statusShape>;

/** Asks a node with its own admin token; a body makes it a POST unless a method is given. */
export async function ask(
  { url, logDir }: Product,
  path: string,
  { method, body, node }: { method?: string; body?: unknown; node: string },
): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(url + path, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      authorization: `Bearer ${readAdminToken(logDir, node)}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : parse(text) };
}

/** The status of the cluster as its frontend sees it. */
export async function readCluster(frontend: Product, node: string): Promise<ClusterView> {
  return statusShape.parse((await ask(frontend, '/api/status', { node })).body);
}

/** Waits until the frontend's view of the cluster is as wanted. */
export async function waitForCluster(
  frontend: Product,
  node: string,
  isWanted: (view: ClusterView) => boolean,
): Promise<ClusterView> {
  let view: ClusterView | undefined;
  const look = async (): Promise<boolean> => {
    view = await readCluster(frontend, node);
    return isWanted(view);
  };
  await waitUntil(look, 'the cluster', SEEN_LIMIT_MS).catch((err: unknown) => {
    throw new Error(`the cluster is another: ${JSON.stringify(view)}`, { cause: err });
  });
  if (view === undefined) throw new Error('nobody looked');
  return view;
}

/** Waits until these backends answer and are ready, and no others do. */
export async function waitForNodes(
  frontend: Product,
  node: string,
  wanted: readonly string[],
): Promise<void> {
  await waitForCluster(frontend, node, ({ nodes }) => {
    const live = nodes.filter(({ answers, ready }) => answers && ready);
    return (
      live
        .map((one) => one.node)
        .sort()
        .join() === [...wanted].sort().join()
    );
  });
}

function readAdminToken(logDir: string, node: string): string {
  return readFileSync(join(logDir, `frontend-${node}`, 'admin-token'), 'utf8').trim();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
