// How the cluster does: each backend by what it says, and what is amiss between them.
import type { EngineGauges } from '../../actors/engine-port.ts';
import type { AlarmStoreFigures } from '../../state/alarm-store.ts';
import type { FindingView, NodeView } from '../../server/schemas/status.ts';
import type { NatsLink } from '../nats-link.ts';
import type { AskAll, NodeAnswer } from './ask-all.ts';
import type { Backends } from './backends.ts';
import { ENGINE_CALLS } from './engine-calls.ts';
import { findFaults, type DirectivePlace } from './find-faults.ts';
import type { NodeReport } from './node-report.ts';
import { backendKey } from './view-subjects.ts';

export interface ClusterStatusDeps {
  readonly link: Pick<NatsLink, 'isConnected'>;
  readonly nodes: AskAll;
  readonly backends: Backends;
  /** The enabled directives of the frontend's configuration folder. */
  readonly directives: () => readonly DirectivePlace[];
  /** The rest of what is known without asking. */
  readonly quickFaults: () => readonly FindingView[];
}

/** None of it rejects: a backend that does not answer is one of the things that are told. */
export interface ClusterStatus {
  /** For GET /api/status. */
  read(): Promise<{ readonly nodes: NodeView[]; readonly findings: FindingView[] }>;
  /** Sums over the backends that answer. */
  gauges(): Promise<EngineGauges>;
  figures(): Promise<AlarmStoreFigures>;
}

type Reports = readonly NodeAnswer<NodeReport>[];

/** The status of all backends; those who ask in the same moment share one round of questions. */
export function createClusterStatus(deps: ClusterStatusDeps): ClusterStatus {
  let round: Promise<Reports> | undefined;

  function ask(): Promise<Reports> {
    round ??= askNow().finally(() => {
      round = undefined;
    });
    return round;
  }

  async function askNow(): Promise<Reports> {
    const requests = deps.backends.live().map((backend) => [backend, {}] as const);
    return (await deps.nodes.askEach(ENGINE_CALLS.status, requests)).answers;
  }

  return {
    read: async () => {
      const reports = await ask();
      const found = deps.link.isConnected ? findFaults(reports, deps.directives()) : [];
      const findings = [...deps.quickFaults(), ...found];
      return { nodes: describeNodes(deps.backends, reports), findings };
    },
    gauges: async () => sumGauges((await ask()).map(({ answer }) => answer.gauges)),
    figures: async () => sumFigures((await ask()).map(({ answer }) => answer.store)),
  };
}

function describeNodes(backends: Backends, reports: Reports): NodeView[] {
  const known = new Map(reports.map(({ backend, answer }) => [backendKey(backend), answer]));
  const live = backends.live().map((backend): NodeView => {
    const { node, version, isOverloaded } = backend;
    const row = { node, version, last_seen: backends.lastSeen(node), overloaded: isOverloaded };
    const report = known.get(backendKey(backend));
    if (report === undefined) return { ...row, ...UNKNOWN };
    const { started, ledger, gauges, readiness, lastReload, store, directiveIds } = report;
    return {
      ...row,
      ...{ since: started, answers: true, ready: readiness.ready },
      ...{ reasons: readiness.reasons, notes: readiness.notes },
      ...{ ledger: { ...ledger }, gauges: snakeGauges(gauges) },
      ...{ directives: directiveIds.length, alarms: store.alarms, last_reload: lastReload },
    };
  });
  const away = backends.away().map((node): NodeView => {
    const row = { node, version: '', last_seen: backends.lastSeen(node), overloaded: false };
    return { ...row, ...UNKNOWN };
  });
  return [...live, ...away].sort((left, right) => (left.node < right.node ? -1 : 1));
}

const UNKNOWN = {
  ...{ since: 0, answers: false, ready: false },
  reasons: [{ code: 'node_away', message: 'the node does not answer' }],
  ...{ notes: [], ledger: {}, gauges: {}, directives: null, alarms: null, last_reload: null },
} satisfies Partial<NodeView>;

function snakeGauges(gauges: EngineGauges): Record<string, number> {
  return Object.fromEntries(
    Object.entries(gauges).map(([name, value]: [string, number]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}

function sumGauges(all: readonly EngineGauges[]): EngineGauges {
  const sum = (read: (gauges: EngineGauges) => number): number =>
    all.reduce((total, gauges) => total + read(gauges), 0);
  return {
    eventsInFlight: sum(({ eventsInFlight }) => eventsInFlight),
    directives: sum(({ directives }) => directives),
    directivesOff: sum(({ directivesOff }) => directivesOff),
    managersRunning: sum(({ managersRunning }) => managersRunning),
    directivesActive: sum(({ directivesActive }) => directivesActive),
    backlogs: sum(({ backlogs }) => backlogs),
  };
}

function sumFigures(all: readonly AlarmStoreFigures[]): AlarmStoreFigures {
  const sum = (read: (figures: AlarmStoreFigures) => number): number =>
    all.reduce((total, figures) => total + read(figures), 0);
  return {
    kind: all.some(({ kind }) => kind === 'file') ? 'file' : 'memory',
    alarms: sum(({ alarms }) => alarms),
    bytes: sum(({ bytes }) => bytes),
    lagSeconds: Math.max(0, ...all.map(({ lagSeconds }) => lagSeconds)),
    decided: sum(({ decided }) => decided),
    written: sum(({ written }) => written),
    lost: sum(({ lost }) => lost),
    failure: all.find(({ failure }) => failure !== undefined)?.failure,
  };
}
