// A backend's side of the view: what its frontends can ask it, answered by its own parts.
import type Logger from 'bunyan';
import type { EnginePort } from '../../actors/engine-port.ts';
import type { Series, SeriesQuery } from '../../core/ledger/sample-ring.ts';
import type { FiguresPage, FiguresQuery } from '../../server/routes/statistics.ts';
import type { ReloadView } from '../../server/schemas/reload.ts';
import type { AlarmDesk, AlarmStore } from '../../state/alarm-store.ts';
import type { NatsLink } from '../nats-link.ts';
import { ALARM_CALLS } from './alarm-calls.ts';
import { ENGINE_CALLS } from './engine-calls.ts';
import { startFeedPublisher } from './feed-publisher.ts';
import type { NodeReport } from './node-report.ts';
import { createResponder, type Responder } from './responder.ts';
import type { Backend } from './view-subjects.ts';

export interface NodeResponderDeps {
  readonly link: NatsLink;
  readonly self: Backend;
  readonly store: AlarmStore;
  readonly desk: AlarmDesk;
  readonly engine: Pick<
    EnginePort,
    'directives' | 'directive' | 'listBacklogs' | 'backlog' | 'deleteBacklog' | 'subscribe'
  >;
  /** Turns a directive off or on for good; false when there is none. */
  readonly setDirective: (id: number, enabled: boolean, by: string) => Promise<boolean>;
  readonly figures: (query: FiguresQuery) => FiguresPage;
  readonly series: (query: SeriesQuery) => Series;
  readonly status: () => Omit<NodeReport, 'store' | 'directiveIds'>;
  /** Fetches the configuration and loads it. */
  readonly reload: (by: string) => Promise<ReloadView>;
  readonly log: Logger;
}

/** Answers and tells from now on, to be called before the node announces itself; answers how to stop it. */
export function startNodeResponder(deps: NodeResponderDeps): () => void {
  const { link, self, engine, log } = deps;
  const responder = createResponder({ link, self, log });
  answerAlarms(responder, deps);
  answerEngine(responder, deps);
  const stopFeed = startFeedPublisher({ link, self, engine });
  return () => {
    responder.close();
    stopFeed();
  };
}

function answerAlarms(responder: Responder, { store, desk }: NodeResponderDeps): void {
  responder.on(ALARM_CALLS.list, (query) => store.list(query));
  responder.on(ALARM_CALLS.facets, (query) => store.facets(query));
  responder.on(ALARM_CALLS.get, (id) => store.get(id));
  responder.on(ALARM_CALLS.events, (query) => store.events(query));
  responder.on(ALARM_CALLS.statistics, (query) => store.statistics(query));
  responder.on(ALARM_CALLS.countByAddress, ({ addresses, exceptId }) =>
    store.countByAddress(addresses, exceptId),
  );
  responder.on(ALARM_CALLS.find, (ids) => store.find(ids));
  responder.on(ALARM_CALLS.select, (selection) => store.select(selection));
  responder.on(ALARM_CALLS.snapshot, ({ limit }) => store.snapshot(limit));
  responder.on(ALARM_CALLS.change, ({ requests, who }) => desk.change(requests, who));
}

function answerEngine(responder: Responder, deps: NodeResponderDeps): void {
  const { engine, store } = deps;
  responder.on(ENGINE_CALLS.directives, ({ ids }) =>
    ids === undefined
      ? engine.directives()
      : ids.map((id) => engine.directive(id)).filter((state) => state !== undefined),
  );
  responder.on(ENGINE_CALLS.listBacklogs, (query) => engine.listBacklogs(query));
  responder.on(ENGINE_CALLS.backlog, (id) => engine.backlog(id));
  responder.on(ENGINE_CALLS.deleteBacklog, (id) => engine.deleteBacklog(id));
  responder.on(ENGINE_CALLS.setDirective, ({ id, enabled, by }) =>
    deps.setDirective(id, enabled, by),
  );
  responder.on(ENGINE_CALLS.figures, (query) => deps.figures(query));
  responder.on(ENGINE_CALLS.series, (query) => deps.series(query));
  responder.on(ENGINE_CALLS.status, () => ({
    ...deps.status(),
    store: store.figures(),
    directiveIds: engine.directives().map(({ id }) => id),
  }));
  responder.on(ENGINE_CALLS.reload, ({ by }) => deps.reload(by));
}
