// A backend of a cluster: its configuration comes from its frontend, its events over NATS; alarms are its own (SPEC §11).
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startAnnouncer, type Announcer } from '../cluster/announcer.ts';
import { startBackendSubscriber, type BackendSubscriber } from '../cluster/backend-subscriber.ts';
import {
  earlierDownloads,
  startConfigurationDownload,
  type ConfigurationDownload,
} from '../cluster/configuration-download.ts';
import { describeSpans } from '../cluster/describe-spans.ts';
import { createLossWatch, type LossWatch } from '../cluster/loss-watch.ts';
import { createBackendOverload, type BackendOverload } from '../cluster/overload-signals.ts';
import { configurationReason, natsReason } from '../cluster/readiness.ts';
import { onConfigurationChange } from '../cluster/view/configuration-notice.ts';
import { startNodeResponder } from '../cluster/view/node-responder.ts';
import { isDirectiveFile, isWantedFile } from '../cluster/wanted-files.ts';
import { formatFault } from '../config/configuration-fault.ts';
import type { Options } from '../config/options.ts';
import { summarizeLedger } from '../core/ledger/ledger.ts';
import type { Readiness } from '../server/schemas/status.ts';
import { writeFileAtomically } from '../state/atomic-file.ts';
import { lockLogDirectory } from '../state/log-directory-lock.ts';
import { openBackendProbes, type BackendProbes } from './backend-probes.ts';
import { openClusterLink, type ClusterLink } from './cluster-link.ts';
import { ConfigurationError } from './configuration-error.ts';
import { createHands, type EngineHands } from './engine-hands.ts';
import { startTimers, stopEngine, type EngineLife, type RunningEngine } from './engine-life.ts';
import { openParts, type EngineInput, type EngineParts } from './engine-parts.ts';
import { keepPositions, readPositions } from './frontend-positions.ts';
import { loadConfiguration } from './load-configuration.ts';
import type { NodeInput } from './node-input.ts';
import { openAccess, type OpenedAccess } from './open-access.ts';
import { readPackageVersion } from './package-folder.ts';
import { stateFolder } from './state-folder.ts';
import { PREDECESSOR_MARGIN_MS } from './standalone.ts';

/** How long a start with the files of an earlier one waits for newer ones. */
const FRESH_MS = 5_000;
const SAMPLE_MS = 250;

/** What there is before the configuration. */
interface Outset {
  readonly cluster: ClusterLink;
  readonly access: OpenedAccess;
  readonly probes: BackendProbes;
  readonly download: ConfigurationDownload;
  /** Called at every later change of the folder by the download. */
  onChange: () => void;
  readiness: () => Readiness;
}

/**
 * Starts a backend; waits for its frontend for as long as it takes. Rejects with ConfigurationError, or when the log directory
 * is in use or cannot be written.
 */
export async function startBackend(input: NodeInput): Promise<RunningEngine> {
  const { options, sources, provided, log } = input;
  const outset = await beginOutset(input);
  // a password may stand in the URL
  const frontend = new URL(options.frontend).origin;
  const isWanted = (name: string): boolean => isWantedFile(name, options.node);
  const { configuration, ...found } = await loadConfiguration(
    options.configDir,
    provided,
    isWanted,
  );
  for (const warning of found.warnings) log.warn({ fault: formatFault(warning) }, 'configuration');
  if (configuration === undefined) throw new ConfigurationError(found.faults);
  const waitMs = options.shutdownTimeout * 1000 + PREDECESSOR_MARGIN_MS;
  const lock = await lockLogDirectory({ logDir: options.logDir, waitMs, log });
  input.onLocked();
  const announced: { announcer: Announcer | undefined } = { announcer: undefined };
  const overload = createBackendOverload({
    link: outset.cluster.link,
    holdMs: options.holdDuration * 1000,
    onChange: () => announced.announcer?.now(),
  });
  const engineInput: EngineInput = {
    ...{ options, sources, configuration, warnings: found.warnings, plugins: provided.plugins },
    ...{ isWanted, overload, access: outset.access, log, onLocked: input.onLocked },
  };
  const parts = await openParts(engineInput);
  let phase: 'starting' | 'running' | 'stopping' = 'starting';
  const unknown: { spans: LossWatch['unknownSpans'] } = { spans: () => [] };
  const hands = await createHands(engineInput, parts, {
    phase: () => phase,
    further: () => waitReasons(outset),
    notes: () => describeSpans(unknown.spans()),
  });
  outset.readiness = () => hands.readiness.report();
  outset.onChange = () => {
    void hands.service.reloadIfChanged('frontend', frontend).then(() => announced.announcer?.now());
  };
  outset.onChange();
  const intake = await openIntake(engineInput, parts, { outset, overload });
  unknown.spans = () => intake.losses.unknownSpans();
  const stopAnswers = answerFrontends(engineInput, parts, { hands, outset });
  const announcer = announce(options, { outset, hands, overload });
  announced.announcer = announcer;
  outset.probes.show(parts.figures.routers);
  const life: EngineLife = {
    ...{ input: engineInput, parts, hands, lock },
    closeIntake: async (ms) => {
      phase = 'stopping';
      stopAnswers();
      await outset.download.close();
      await intake.close(ms);
    },
    closeFront: async (ms) => {
      overload.close();
      parts.live.feed.close();
      await announcer.close();
      await outset.probes.close(ms);
      await outset.cluster.close();
    },
    stopTimers: startTimers(engineInput, parts, hands),
  };
  phase = 'running';
  const { node } = options;
  const { length: directives } = configuration.directives;
  log.info({ node, frontend, directives, ...outset.probes.listening }, 'ready for events');
  let stopping: Promise<void> | undefined;
  return {
    listening: outset.probes.listening,
    reload: () => {
      outset.download.refresh();
      void hands.service.reload('signal', 'SIGHUP');
    },
    stop: (reason) => {
      stopping ??= stopEngine(life, reason);
      return stopping;
    },
  };
}

async function beginOutset({ options, sources, log }: NodeInput): Promise<Outset> {
  const folder = stateFolder(options);
  await mkdir(folder, { recursive: true });
  await mkdir(options.configDir, { recursive: true });
  const cluster = openClusterLink(options, 'backend', log);
  const manifestPath = join(folder, 'downloaded-files.json');
  const hooks: Pick<Outset, 'onChange'> = { onChange: () => undefined };
  const download = startConfigurationDownload({
    ...{ folder: options.configDir, manifestPath, node: options.node },
    writeFile: async (path, text) => {
      await writeFileAtomically(path, text);
    },
    frontend: {
      ...{ url: options.frontend, token: options.frontendToken },
      ...{ tokenFile: options.frontendTokenFile, caFile: options.frontendCa },
      ...{ certFile: options.frontendCert, keyFile: options.frontendKey },
    },
    onChange: () => {
      outset.onChange();
    },
    log: log.child({ component: 'configuration' }),
  });
  const waiting = (): Readiness => {
    const starting = { code: 'starting', message: 'the backend waits for its configuration' };
    return { ready: false, reasons: [starting, ...waitReasons(outset)], notes: [] };
  };
  const readiness = (): Readiness => outset.readiness();
  const access = await openAccess(options, log.child({ component: 'access' }));
  const probes = await openBackendProbes({ options, sources }, { access, readiness, log });
  const outset: Outset = { cluster, access, probes, download, ...hooks, readiness: waiting };
  const hasEarlier = (await earlierDownloads(manifestPath)).length > 0;
  await (hasEarlier ? Promise.race([download.first, pause(FRESH_MS)]) : download.first);
  return outset;
}

function waitReasons({
  cluster,
  download,
}: Pick<Outset, 'cluster' | 'download'>): Readiness['reasons'] {
  const reasons = [
    natsReason(cluster.link, Date.now()),
    // with the files of an earlier start a backend works, and says so
    configurationReason(download.state()),
  ];
  return reasons.filter((reason) => reason !== undefined);
}

/** What a frontend can ask of this backend, until the answer's call. */
function answerFrontends(
  { options, log }: EngineInput,
  parts: EngineParts,
  { hands, outset }: { readonly hands: EngineHands; readonly outset: Outset },
): () => void {
  const { engine, live, ledger, figures } = parts;
  const { link, epoch } = outset.cluster;
  const { service, switches, readiness } = hands;
  const version = readPackageVersion();
  const stop = startNodeResponder({
    ...{ link, self: { node: options.node, epoch }, engine, store: live.store, desk: live.desk },
    setDirective: (id, enabled, by) => switches.set(id, enabled, by),
    figures: (query) => figures.directives(query),
    series: (query) => figures.ring.read(query),
    status: () => ({
      ...{ version, started: ledger.since, ledger: summarizeLedger(ledger) },
      ...{ gauges: engine.gauges(), readiness: readiness.report() },
      ...{ lastReload: service.lastReload, isOverloaded: parts.overload.isRaised() },
    }),
    reload: async (by) => {
      await outset.download.fetchNow();
      return service.reload('frontend', by);
    },
    log: log.child({ component: 'cluster' }),
  });
  const stopNotice = onConfigurationChange(link, () => {
    outset.download.refresh();
  });
  return () => {
    stopNotice();
    stop();
  };
}

interface Intake {
  readonly subscriber: BackendSubscriber;
  readonly losses: LossWatch;
  close(ms: number): Promise<void>;
}

async function openIntake(
  { options, log }: EngineInput,
  { engine, ledger }: EngineParts,
  { outset, overload }: { readonly outset: Outset; readonly overload: BackendOverload },
): Promise<Intake> {
  const { link, directory, epoch } = outset.cluster;
  const folder = stateFolder(options);
  const clusterLog = log.child({ component: 'cluster' });
  const losses = createLossWatch({
    ...{ directory, resume: await readPositions(folder, clusterLog), log: clusterLog },
    onLost: (events) => {
      ledger.received += events;
      ledger.accepted += events;
      ledger.lost += events;
    },
    ...{ monotonicMs: () => performance.now(), wallMs: Date.now },
  });
  const subscriber = startBackendSubscriber({
    ...{ link, node: options.node, epoch, engine, ledger, maxQueue: options.maxQueue },
    ...{ losses, log: clusterLog },
    onLag: () => {
      if (options.maxDelay > 0) overload.raise();
    },
  });
  const timer = setInterval(() => {
    losses.sample();
  }, SAMPLE_MS);
  const unsettled = (): number => subscriber.waiting + engine.gauges().eventsInFlight;
  const positions = keepPositions(folder, { losses, unsettled, log: clusterLog });
  return {
    ...{ subscriber, losses },
    close: async (ms) => {
      await subscriber.close(ms);
      clearInterval(timer);
      losses.sample();
      await positions.close();
    },
  };
}

function announce(
  { node }: Options,
  {
    outset,
    hands,
    overload,
  }: {
    readonly outset: Outset;
    readonly hands: EngineHands;
    readonly overload: BackendOverload;
  },
): Announcer {
  const { link, epoch } = outset.cluster;
  return startAnnouncer({
    ...{ link, role: 'backend', node, epoch, version: readPackageVersion() },
    details: () => ({
      isOverloaded: overload.isRaised(),
      files: hands.service.loadedFiles().filter(isDirectiveFile),
    }),
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
