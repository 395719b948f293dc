// A frontend of a cluster: takes events over HTTP and hands them to its backends over NATS, gives backends their
// configuration, and is the one place to look at all of them (SPEC §11).
import { mkdir } from 'node:fs/promises';
import { startAnnouncer, type Announcer } from '../cluster/announcer.ts';
import { createBackendGate } from '../cluster/backend-gate.ts';
import { createBackendWindow } from '../cluster/backend-window.ts';
import { createFrontendPublisher, type FrontendPublisher } from '../cluster/frontend-publisher.ts';
import { createFrontendOverload } from '../cluster/overload-signals.ts';
import type { NatsLink } from '../cluster/nats-link.ts';
import { gateReason, natsReason } from '../cluster/readiness.ts';
import { createSharingRule, type SharingRule } from '../cluster/sharing-rule.ts';
import { createUnheldEvents, type UnheldEvents } from '../cluster/unheld-events.ts';
import { formatFault } from '../config/configuration-fault.ts';
import type { Configuration } from '../config/configuration.ts';
import type { Options } from '../config/options.ts';
import { createLedger, findImbalances, type Ledger } from '../core/ledger/ledger.ts';
import { announceLogin } from './announce-login.ts';
import { openClusterLink, type ClusterLink } from './cluster-link.ts';
import type { RunningEngine } from './engine-life.ts';
import type { FrontendParts } from './frontend-parts.ts';
import { createFrontendServer, type FrontendServer } from './frontend-server.ts';
import { loadConfiguration } from './load-configuration.ts';
import type { NodeInput } from './node-input.ts';
import { openAccess } from './open-access.ts';
import { readPackageVersion } from './package-folder.ts';
import type { LifePhase } from './readiness.ts';
import { stateFolder } from './state-folder.ts';
import { writeUiSettings } from './ui-settings.ts';

const CONNECTIONS_CLOSE_MS = 1_000;
const LEAST_MS = 100;

/** Starts a frontend; NATS and backends may come later. Rejects when the port or the state folder cannot be had. */
export async function startFrontend(input: NodeInput): Promise<RunningEngine> {
  const { options, log } = input;
  await mkdir(stateFolder(options), { recursive: true });
  await mkdir(options.configDir, { recursive: true });
  const ledger = createLedger(Math.floor(Date.now() / 1000));
  const access = await openAccess(options, log.child({ component: 'access' }));
  const cluster = openClusterLink(options, 'frontend', log);
  const configuration = await readFolder(input);
  await writeUiSettings(options, log);
  const hooks: { server: FrontendServer | undefined } = { server: undefined };
  const fileNames = (): readonly string[] => hooks.server?.fileNames() ?? [];
  const { gate, publisher, sharing, unheldEvents, announcer } = openPublishing(input, cluster, {
    ...{ ledger, fileNames },
  });
  const clusterLog = log.child({ component: 'cluster' });
  const overload = createFrontendOverload({
    ...{ link: cluster.link, directory: cluster.directory, log: clusterLog },
    monotonicMs: () => performance.now(),
  });
  let phase: LifePhase = 'starting';
  const parts: FrontendParts = {
    ...{ input, ledger, access, cluster, publisher, sharing, unheldEvents, configuration },
    notReady: () => natsReason(cluster.link, Date.now()) ?? gateReason(gate),
    isOverloaded: () => overload.isRaised(),
    phase: () => phase,
  };
  const server = await createFrontendServer(parts);
  hooks.server = server;
  const listening = await server.http.listen();
  phase = 'running';
  input.onLocked();
  const scheme = access.tls === undefined ? 'http' : 'https';
  log.info({ ...listening, scheme, node: options.node }, 'ready for events');
  if (server.hasPage) announceLogin(access, { ...listening, scheme }, log);
  let stopping: Promise<void> | undefined;

  return {
    listening,
    reload: () => {
      void server.reload('signal', 'SIGHUP');
    },
    stop: (reason) => {
      phase = 'stopping';
      stopping ??= stop(parts, { server, announcer, reason });
      return stopping;
    },
  };
}

/** A folder that cannot be loaded is reported; backends then keep what they have. */
async function readFolder({
  options,
  provided,
  log,
}: NodeInput): Promise<Configuration | undefined> {
  const { configuration, faults, warnings } = await loadConfiguration(options.configDir, provided);
  for (const fault of warnings) log.warn({ fault: formatFault(fault) }, 'configuration');
  for (const fault of faults) log.error({ fault: formatFault(fault) }, 'configuration');
  return configuration;
}

function openPublishing(
  { options, log }: NodeInput,
  { link, directory, epoch }: ClusterLink,
  { ledger, fileNames }: { readonly ledger: Ledger; readonly fileNames: () => readonly string[] },
): {
  readonly gate: NatsLink;
  readonly publisher: FrontendPublisher;
  readonly sharing: SharingRule;
  readonly unheldEvents: UnheldEvents;
  readonly announcer: Announcer;
} {
  const { node, maxQueue } = options;
  const clusterLog = log.child({ component: 'cluster' });
  const monotonicMs = (): number => performance.now();
  const mode = options.clusterSharing;
  const sharing = createSharingRule({ mode, directory, files: fileNames, monotonicMs });
  const unheldEvents = createUnheldEvents({ sharing, monotonicMs, log: clusterLog });
  const window = createBackendWindow({
    ...{ link, epoch, log: clusterLog, monotonicMs },
    frontends: () => directory.live('frontend').length,
  });
  const gate = createBackendGate({ link, directory, files: fileNames });
  // before the announcer: numbers are announced after the events that bear them
  const publisher = createFrontendPublisher({
    ...{ link: gate, node, epoch, maxQueue, window, wallMs: Date.now, log: clusterLog },
    isShared: () => sharing.isShared(),
    onPublished: (events) => {
      ledger.accepted += events;
      ledger.published += events;
      unheldEvents.published(events);
    },
  });
  const announcer = startAnnouncer({
    ...{ link, role: 'frontend', node, epoch, version: readPackageVersion() },
    details: () => publisher.numbers(),
  });
  return { gate, publisher, sharing, unheldEvents, announcer };
}

async function stop(
  { input, ledger, access, cluster, publisher }: FrontendParts,
  {
    server,
    announcer,
    reason,
  }: {
    readonly server: FrontendServer;
    readonly announcer: Announcer;
    readonly reason: string;
  },
): Promise<void> {
  const { options, log } = input;
  const endMs = performance.now() + shutdownMs(options);
  const leftMs = (): number => Math.max(LEAST_MS, endMs - performance.now());
  log.info({ reason, events: publisher.waiting }, 'stopping');
  server.http.closeIntake();
  await publisher.close(leftMs() / 2);
  await announcer.close();
  await server.http.close(Math.min(CONNECTIONS_CLOSE_MS, leftMs()));
  await server.close(leftMs());
  await access.close(leftMs());
  await cluster.close();
  const imbalances = findImbalances(ledger);
  if (imbalances.length > 0) log.error({ imbalances, ledger }, 'the ledger does not balance');
  log.info({ ledger, backlogs: 0 }, 'stopped');
}

function shutdownMs({ shutdownTimeout }: Options): number {
  return shutdownTimeout * 1000;
}
