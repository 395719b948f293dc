// What the outside sees of a frontend: events, the configuration for backends, and the whole cluster as one engine.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openClusterView, type ClusterView } from '../cluster/view/cluster-view.ts';
import { compareDirectives } from '../config/compare-directives.ts';
import type { Configuration } from '../config/configuration.ts';
import { fileJsonSchema } from '../config/schemas.ts';
import { compileAssets } from '../core/asset/compile-assets.ts';
import { createElasticsearchAlarms } from '../elasticsearch/elasticsearch-alarms.ts';
import { MIRROR_LIMITS } from '../elasticsearch/elasticsearch-mirror.ts';
import { createEngineCounters } from '../core/ledger/engine-counters.ts';
import type { ConfigurationAdmin } from '../server/configuration-admin.ts';
import { createLiveFeed, type LiveFeed } from '../server/feed/live-feed.ts';
import { createHttpServer, type HttpServer } from '../server/http-server.ts';
import { alarmRoutes } from '../server/routes/alarms.ts';
import { readPageFiles } from '../server/web-page/page-files.ts';
import { webPageRoutes } from '../server/web-page/web-page.ts';
import { createConfigurationService, type ConfigurationService } from './configuration-service.ts';
import { announceReload } from './engine-hands.ts';
import { CLOCK } from './engine-parts.ts';
import type { FrontendParts } from './frontend-parts.ts';
import { frontendGauges, openFrontendFigures, showFrontendFigures } from './frontend-figures.ts';
import { createSourceCheck } from './load-configuration.ts';
import { describeOptions } from './option-views.ts';
import { findPackageFolder, readPackageVersion } from './package-folder.ts';
import { createReadiness } from './readiness.ts';
import { stateFolder } from './state-folder.ts';
import { startWatchdog } from './watchdog.ts';

export interface FrontendServer {
  readonly http: HttpServer;
  /** Whether the web page was built. */
  readonly hasPage: boolean;
  /** The names of the files that backends can have. */
  fileNames(): readonly string[];
  /** Looks at the folder anew and has each backend load it. */
  readonly reload: ConfigurationAdmin['reload'];
  /** Ends what runs besides the server, in `ms` at most. */
  close(ms: number): Promise<void>;
}

const NOTHING: Configuration = {
  ...{ directives: [], disabledDirectives: [], assets: compileAssets([]).assets },
  ...{ intelSources: [], vulnSources: [], files: [] },
};
const SAMPLE_MS = 1_000;

/** Wires it; nothing listens yet. */
export async function createFrontendServer(parts: FrontendParts): Promise<FrontendServer> {
  const { input, ledger, access, cluster, publisher, sharing, isOverloaded } = parts;
  const { options, sources, log } = input;
  const hooks: { feed: LiveFeed | undefined } = { feed: undefined };
  const feedClients = (): number => hooks.feed?.clients ?? 0;
  const telemetry = await openFrontendFigures(parts, feedClients);
  const indexed = openIndexedAlarms(options);
  const view = openClusterView({
    ...{ link: cluster.link, directory: cluster.directory, sharing, ownSeries: telemetry.ring },
    indexed,
    unheldEvents: (file) => parts.unheldEvents.of(file),
    directives: () => service.directives().filter(({ disabled }) => !disabled),
    ...{ wallMs: Date.now, log: log.child({ component: 'cluster' }) },
  });
  const feed = createLiveFeed({
    ...{ engine: view.feed, clock: CLOCK, log: log.child({ component: 'feed' }) },
    // what backends have is told when each of them is first heard of
    store: { snapshot: () => Promise.resolve({ sequence: 0, alarms: [] }) },
    epoch: randomBytes(9).toString('base64url'),
  });
  hooks.feed = feed;
  const service = createService(parts, view, feed);
  const configuration = createClusterConfiguration(service, view);
  const readiness = createReadiness({
    ...{ phase: parts.phase, eventsInFlight: () => publisher.waiting, maxQueue: options.maxQueue },
    ...{ alarmFiles: [], lastReload: () => service.lastReload, monotonicMs: CLOCK.monotonicMs },
    further: () => [parts.notReady()].filter((reason) => reason !== undefined),
    notes: () => view.findings().map(({ code, message }) => ({ code, message })),
  });
  const counters = createEngineCounters();
  const figures = showFrontendFigures(telemetry, view, feedClients);
  const pageFiles = await readPageFiles(join(findPackageFolder(), 'dist', 'web'));
  const http = createHttpServer({
    engine: {
      submit: (events, json) => publisher.submit(events, json),
      isTooLarge: (event) => publisher.isTooLarge(event),
      whyFull: () => parts.notReady()?.message,
    },
    ...{ ledger, options, configuration: service, clock: CLOCK },
    ...{ isOverloaded, log: log.child({ component: 'server' }), tls: access.tls },
    access: { options, tokens: access.tokens, loginCodes: access.loginCodes },
    admin: {
      engine: { ...view.engine, gauges: () => view.status.gauges() },
      store: { figures: () => view.status.figures() },
      cluster: () => view.status.read(),
      switches: {
        off: (id) => view.engine.off(id),
        set: (id, enabled, by) => view.engine.setDirective(id, enabled, by),
      },
      ...{ configuration, counters, options: describeOptions(options, sources) },
      facts: {
        ...{ version: readPackageVersion(), mode: options.mode, node: options.node },
        started: ledger.since,
        limits: {
          ...{ max_queue: options.maxQueue, max_eps: options.maxEps, min_eps: options.minEps },
        },
      },
      readiness: () => readiness.report(),
      page: {
        ...{ statuses: options.status, tags: options.tags, kibanaUrl: options.kibanaUrl },
        riskBounds: options,
      },
      ...{ audit: access.audit, schemaOf: fileJsonSchema },
    },
    alarms: {
      feed,
      routes: alarmRoutes({
        ...{ store: view.store, desk: view.desk, clock: CLOCK, sequence: () => view.sequence() },
        ...{ assets: service.assets, directive: service.directiveSource },
        ...{ statuses: options.status, tags: options.tags, riskBounds: options },
        kibanaUrl: options.kibanaUrl,
      }),
    },
    further: { routes: figures.routes, routers: [...figures.routers, webPageRoutes(pageFiles)] },
  });
  const watchdog = startWatchdog({
    ...{ log: log.child({ component: 'watchdog' }), ledger, counters },
    gauges: () => frontendGauges(parts),
  });
  const timers = startLooking(parts, { view, service, sample: readiness.sample });
  return {
    ...{ http, hasPage: pageFiles.size > 0, fileNames: timers.fileNames },
    reload: (reason, by) => configuration.reload(reason, by),
    close: async (ms) => {
      timers.stop();
      watchdog.stop();
      view.close();
      await Promise.all([indexed?.close(ms), telemetry.stop(ms)]);
    },
  };
}

/** Alarms of backends that tell nothing, read and changed in Dsiem's indices; undefined without --elasticsearch-url. */
function openIndexedAlarms(
  options: FrontendParts['input']['options'],
): ReturnType<typeof createElasticsearchAlarms> | undefined {
  const { elasticsearchUrl: url } = options;
  if (url === '') return undefined;
  const folder = stateFolder(options);
  return createElasticsearchAlarms({ url, folder, clock: CLOCK, limits: MIRROR_LIMITS });
}

/** A frontend loads nothing itself: that its folder has changed is told to backends. */
function createService(
  { input, configuration = NOTHING }: FrontendParts,
  view: Pick<ClusterView, 'announceConfiguration'>,
  feed: Pick<LiveFeed, 'notify'>,
): ConfigurationService {
  const { options, provided, log } = input;
  let current = configuration;
  return createConfigurationService({
    folder: options.configDir,
    checkSource: createSourceCheck(provided.plugins),
    initial: { configuration, warnings: [] },
    apply: (next) => {
      const differences = compareDirectives(current.directives, next.directives);
      const ids = (list: typeof differences.added): number[] => list.map(({ source }) => source.id);
      current = next;
      view.announceConfiguration();
      return Promise.resolve({
        ...{ added: ids(differences.added), changed: ids(differences.changed) },
        ...{ removed: ids(differences.removed), renamed: ids(differences.renamed) },
        ...{ unchanged: differences.unchanged, backlogsSetAside: 0 },
      });
    },
    liveBacklogs: () => 0,
    onReload: (reload) => {
      announceReload(feed, reload);
    },
    ...{ wallMs: CLOCK.wallMs, log: log.child({ component: 'configuration' }) },
  });
}

/** The frontend's configuration, whose reload also is one of every backend. */
function createClusterConfiguration(
  service: ConfigurationService,
  view: Pick<ClusterView, 'reload'>,
): ConfigurationAdmin {
  return {
    ...service,
    get lastReload() {
      return service.lastReload;
    },
    reload: async (reason, by) => {
      const reload = await service.reload(reason, by);
      return reload.ok ? { ...reload, nodes: await view.reload(by) } : reload;
    },
  };
}

/** Follows the folder and tells the log what is amiss in the cluster, each thing once while it lasts. */
function startLooking(
  { input, cluster }: FrontendParts,
  {
    view,
    service,
    sample,
  }: {
    readonly view: Pick<ClusterView, 'findings' | 'announceConfiguration'>;
    readonly service: ConfigurationService;
    readonly sample: () => void;
  },
): { stop(): void; fileNames(): readonly string[] } {
  const { log } = input;
  const told = new Set<string>();
  let names: readonly string[] = [];
  async function look(): Promise<void> {
    sample();
    const { files } = await service.listFiles();
    const changed = files.map(({ name, sha256 }) => `${name} ${sha256}`).join('\n');
    names = files.map(({ name }) => name);
    if (seen !== undefined && changed !== seen) view.announceConfiguration();
    seen = changed;
    if (!cluster.link.isConnected) return;
    const found = new Map(view.findings().map((finding) => [finding.message, finding]));
    for (const [message, { code }] of found) {
      if (!told.has(message))
        log.warn({ code, finding: message }, 'something is amiss in the cluster');
      told.add(message);
    }
    for (const message of told) if (!found.has(message)) told.delete(message);
  }
  let seen: string | undefined;
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    looking ??= look()
      .catch((err: unknown) => {
        log.warn({ err }, 'the configuration folder cannot be looked at');
      })
      .finally(() => {
        looking = undefined;
      });
  }, SAMPLE_MS);
  void look().catch(() => undefined);
  return {
    fileNames: () => names,
    stop: () => {
      clearInterval(timer);
    },
  };
}
