// An adapter of the conformance runner (`run.mjs --target`): a nats-server, a frontend and one backend in place of each
// server. What a case configures is the frontend's, with the backend's name put into the names of directive files; alarm
// files and saved backlogs are the backend's.
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { startNatsServer } from '../support/nats-server.ts';
import { startProcessGroup, type Ending, type ProcessGroup } from '../support/process-group.ts';
import { findFreePort } from '../support/process.ts';
import { conformanceFolder, present, REPOSITORY } from './conformance-folder.ts';

/** What the runner tells of a server that it wants. */
interface ServerOrder {
  readonly configDir: string;
  readonly logDir: string;
  readonly workDir: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly httpPort: number;
}

interface RunningServer {
  readonly url: string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const BACKEND = 'b1';
const LIMIT_MS = 20_000;
const POLL_MS = 50;
const DIRECTIVES = /^directives_/;

/** Lines come after a way over NATS. */
export const traits = { quietMs: 1500 };

/** A node ended where it should have become ready, or did not become ready in time: then `exit` holds no code. */
class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
  readonly exit: Partial<Ending>;

  constructor(url: string, exit: Partial<Ending>) {
    super(`${url}: not ready`);
    this.exit = exit;
  }
}

/** Starts the three; resolves when both nodes are ready, rejects with NotReadyError. */
export async function start(order: ServerOrder): Promise<RunningServer> {
  const { workDir, logDir, httpPort } = order;
  const url = `http://127.0.0.1:${String(httpPort)}`;
  const configDir = join(workDir, 'frontend-configs');
  if (!existsSync(configDir)) copyConfiguration(order.configDir, configDir);
  const nats = await startNatsServer();
  const environment = { ...(await optionEnvironment(order.options)), DSIEM_MSQ: nats.url };
  const frontend = launch('frontend', {
    ...{ ...environment, DSIEM_NODE: 'f1', DSIEM_PORT: String(httpPort) },
    ...{ DSIEM_CONFIG_DIR: configDir, DSIEM_LOG_DIR: join(workDir, 'frontend-logs') },
  });
  const probePort = String(await findFreePort());
  const backend = launch('backend', {
    ...{ ...environment, DSIEM_NODE: BACKEND, DSIEM_PORT: probePort, DSIEM_FRONTEND: url },
    ...{ DSIEM_CONFIG_DIR: join(workDir, 'backend-configs'), DSIEM_LOG_DIR: logDir },
  });
  const nodes = [frontend, backend];
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    for (const node of nodes) await node.stop(signal);
    await nats.stop();
    for (const node of nodes) appendFileSync(join(workDir, 'server.log'), node.log());
  };
  try {
    await waitUntilReady(`${url}/readyz`, frontend);
    await waitUntilReady(`http://127.0.0.1:${probePort}/readyz`, backend);
  } catch (err) {
    await stop('SIGKILL');
    throw err;
  }
  return { url, stop };
}

function copyConfiguration(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    cpSync(join(from, name), join(to, name.replace(DIRECTIVES, `directives_${BACKEND}_`)));
  }
}

function launch(
  role: 'frontend' | 'backend',
  environment: Readonly<Record<string, string>>,
): ProcessGroup {
  return startProcessGroup({
    words: [process.execPath, join(REPOSITORY, 'dist', 'app', 'main.js'), role],
    cwd: REPOSITORY,
    environment: {
      ...{ DSIEM_ADDRESS: '127.0.0.1', DSIEM_MAXEPS: '0', DSIEM_MINEPS: '0' },
      ...environment,
    },
  });
}

async function waitUntilReady(url: string, node: ProcessGroup): Promise<void> {
  const limit = performance.now() + LIMIT_MS;
  while (performance.now() < limit) {
    const ending = await Promise.race([node.ended, delay(POLL_MS, null)]);
    if (ending !== null) throw new NotReadyError(url, ending);
    if (await isOk(url)) return;
  }
  throw new NotReadyError(url, {});
}

async function isOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** The environment variables of a case's options, as the conformance folder names them. */
async function optionEnvironment(
  options: ServerOrder['options'],
): Promise<Readonly<Record<string, string>>> {
  const file = join(present(conformanceFolder()), 'lib', 'options.mjs');
  const module: unknown = await import(pathToFileURL(file).href);
  if (!offersEnvironment(module)) throw new Error(`${file} offers no optionEnvironment`);
  return module.optionEnvironment(options);
}

function offersEnvironment(
  module: unknown,
): module is { optionEnvironment(options: object): Readonly<Record<string, string>> } {
  return typeof module === 'object' && module !== null && 'optionEnvironment' in module;
}
