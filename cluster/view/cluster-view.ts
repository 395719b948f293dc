// A frontend's side of the view: one place to look at and change all backends.
import type Logger from 'bunyan';
import type { EnginePort } from '../../actors/engine-port.ts';
import type { FromNodes } from '../../core/cluster/from-nodes.ts';
import type { Series, SeriesQuery } from '../../core/ledger/sample-ring.ts';
import type { FiguresPage, FiguresQuery } from '../../server/routes/statistics.ts';
import type { NodeReload } from '../../server/schemas/reload.ts';
import type { FindingView } from '../../server/schemas/status.ts';
import type { AlarmDesk } from '../../state/alarm-store.ts';
import type { NatsLink } from '../nats-link.ts';
import type { NodeDirectory } from '../node-directory.ts';
import type { SharingRule } from '../sharing-rule.ts';
import { createAskAll } from './ask-all.ts';
import { createAsker } from './asker.ts';
import { followBackends } from './backends.ts';
import { createClusterDesk } from './cluster-desk.ts';
import { createClusterEngine, type ClusterEngine } from './cluster-engine.ts';
import { readFigures, readSeries } from './cluster-figures.ts';
import { createClusterStatus, type ClusterStatus } from './cluster-status.ts';
import { createClusterStore, type ClusterStore } from './cluster-store.ts';
import { announceConfiguration, reloadBackends } from './configuration-notice.ts';
import { followFeeds } from './feed-follower.ts';
import { findQuickFaults, type DirectivePlace } from './find-faults.ts';
import { SequenceBook } from './sequence-book.ts';
import { includeUnlikeAlarms, type IndexedAlarms } from './unlike-alarms.ts';

export interface ClusterViewDeps {
  readonly link: NatsLink;
  readonly directory: NodeDirectory;
  readonly sharing: Pick<SharingRule, 'unheldFiles' | 'doublyHeldFiles'>;
  /** Events published since no live backend holds the directive file; absent: not counted. */
  readonly unheldEvents?: (file: string) => number;
  /** The enabled directives of the configuration folder. */
  readonly directives: () => readonly DirectivePlace[];
  /** Where alarms of backends of another kind are; absent: nothing is known of them. */
  readonly indexed?: IndexedAlarms | undefined;
  /** The frontend's own curves. */
  readonly ownSeries: { read(query: SeriesQuery): Series };
  /** Unix milliseconds. */
  readonly wallMs: () => number;
  readonly log: Logger;
}

/** The backends as a standalone engine's parts; made once the link is there, before it need be connected. */
export interface ClusterView {
  readonly store: ClusterStore;
  readonly desk: AlarmDesk;
  readonly engine: ClusterEngine;
  readonly status: ClusterStatus;
  /** For createLiveFeed. */
  readonly feed: Pick<EnginePort, 'subscribe'>;
  /** The newest change that the feed was told of. */
  sequence(): number;
  figures(query: FiguresQuery): Promise<FromNodes<FiguresPage>>;
  series(query: SeriesQuery): Promise<Series>;
  /** What is amiss, as far as that is known without asking. */
  findings(): readonly FindingView[];
  /** Tells backends that the configuration folder has changed. */
  announceConfiguration(): void;
  /** Has each backend load the configuration. */
  reload(by: string): Promise<NodeReload[]>;
  close(): void;
}

/** Follows backends from now on. */
export function openClusterView(deps: ClusterViewDeps): ClusterView {
  const { link, directory, sharing, directives, ownSeries, indexed, wallMs, log } = deps;
  const isExpected = (node: string): boolean =>
    directives().some(({ file }) => file.startsWith(`directives_${node}_`));
  const backends = followBackends({ directory, isExpected, wallMs });
  const asker = createAsker({ link });
  const nodes = createAskAll({ link, asker, backends, log });
  const book = new SequenceBook();
  const store = createClusterStore({ nodes, book });
  const follower = followFeeds({ link, directory, asker, book, wallMs, log });
  const own = { store, desk: createClusterDesk({ nodes, store }) };
  const isNeeded = (): boolean => sharing.unheldFiles().length > 0;
  const findings = (): FindingView[] =>
    findQuickFaults({
      ...{ link, backends, sharing, directives, unheldEvents: deps.unheldEvents },
      isIndexed: indexed !== undefined,
    });
  return {
    ...(indexed === undefined ? own : includeUnlikeAlarms({ ...own, indexed, isNeeded })),
    ...{ findings, feed: follower },
    engine: createClusterEngine(nodes),
    status: createClusterStatus({ link, nodes, backends, directives, quickFaults: findings }),
    sequence: () => book.current,
    figures: (query) => readFigures(nodes, query),
    series: (query) => readSeries(nodes, ownSeries, query),
    announceConfiguration: () => {
      announceConfiguration(link);
    },
    reload: (by) => reloadBackends(nodes, backends, by),
    close: () => {
      follower.close();
      asker.close();
    },
  };
}
