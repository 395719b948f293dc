// What is amiss in a cluster, in words for its operator.
import type { FindingView } from '../../server/schemas/status.ts';
import type { NatsLink } from '../nats-link.ts';
import type { SharingRule } from '../sharing-rule.ts';
import type { NodeAnswer } from './ask-all.ts';
import type { Backends } from './backends.ts';
import type { NodeReport } from './node-report.ts';

/** A directive of the configuration folder, enabled. */
export interface DirectivePlace {
  readonly id: number;
  readonly file: string;
}

const MOST_IDS = 100;
const UNLIKE = 'if a backend that is no dsiem-ts does, it tells nothing here';
const INDEXED = `${UNLIKE} but what stands in Elasticsearch`;
const NOT_INDEXED = `${UNLIKE}: its alarms can be read with --elasticsearch-url`;

export interface QuickFaultsDeps {
  readonly link: Pick<NatsLink, 'isConnected' | 'problem'>;
  readonly backends: Backends;
  readonly sharing: Pick<SharingRule, 'unheldFiles' | 'doublyHeldFiles'>;
  /** Events published since nobody holds the file. */
  readonly unheldEvents?: ((file: string) => number) | undefined;
  readonly directives: () => readonly DirectivePlace[];
  /** Whether alarms of backends of another kind are read from Elasticsearch. */
  readonly isIndexed: boolean;
}

/** What is known without asking anybody. */
export function findQuickFaults(deps: QuickFaultsDeps): FindingView[] {
  const { link, backends, sharing, directives, isIndexed } = deps;
  if (!link.isConnected) {
    const why = link.problem ?? 'it is being connected';
    return [
      { code: 'nats_away', message: `NATS is away, so nothing is known of the backends: ${why}` },
    ];
  }
  const away = backends.away().map((node): FindingView => {
    const message = `backend ${node} does not answer; its alarms and backlogs are not shown`;
    return { code: 'node_away', message, nodes: [node] };
  });
  const doubled = backends.doubled().map((node): FindingView => {
    const message = `two live backends bear the name ${node}: each raises the alarms of the same directives; give each its own with --node`;
    return { code: 'duplicate_node', message, nodes: [node] };
  });
  const idsOf = groupByFile(directives());
  const unheld = sharing.unheldFiles().map((file): FindingView => {
    const ids = idsOf.get(file) ?? [];
    const events = deps.unheldEvents?.(file) ?? 0;
    const missed = events === 0 ? '' : ` and has missed ${String(events)} events since`;
    const message = `no live backend holds the ${String(ids.length)} directives of ${file}${missed}; ${isIndexed ? INDEXED : NOT_INDEXED}`;
    return { code: 'unheld_directives', message, file, events, directives: ids.slice(0, MOST_IDS) };
  });
  const doubly = sharing.doublyHeldFiles().map((file): FindingView => {
    const message = `${file} fits the names of several backends: each of them raises its alarms`;
    return { code: 'doubly_held_file', message, file };
  });
  return [...away, ...doubled, ...unheld, ...doubly];
}

/** What the directives that backends hold tell, beside what files do. */
export function findFaults(
  reports: readonly NodeAnswer<NodeReport>[],
  directives: readonly DirectivePlace[],
): FindingView[] {
  const holders = new Map<number, Set<string>>();
  for (const { backend, answer } of reports) {
    for (const id of answer.directiveIds) {
      holders.set(id, (holders.get(id) ?? new Set()).add(backend.node));
    }
  }
  return [...findUnheld(holders, directives), ...findShared(holders)];
}

type Holders = ReadonlyMap<number, ReadonlySet<string>>;

/** Of files of which some directives are held: a file that nobody holds is told of already. */
function findUnheld(holders: Holders, directives: readonly DirectivePlace[]): FindingView[] {
  const findings: FindingView[] = [];
  for (const [file, ids] of groupByFile(directives)) {
    const unheld = ids.filter((id) => !holders.has(id));
    if (unheld.length === 0 || unheld.length === ids.length) continue;
    findings.push({
      code: 'unheld_directives',
      message: `no live backend has loaded ${String(unheld.length)} of the directives of ${file}; look at its last reload`,
      ...{ file, directives: unheld.slice(0, MOST_IDS) },
    });
  }
  return findings;
}

function groupByFile(directives: readonly DirectivePlace[]): Map<string, number[]> {
  const files = new Map<string, number[]>();
  for (const { id, file } of directives) {
    const ids = files.get(file);
    if (ids === undefined) files.set(file, [id]);
    else ids.push(id);
  }
  return files;
}

function findShared(holders: Holders): FindingView[] {
  const shared = [...holders].filter(([, nodes]) => nodes.size > 1);
  if (shared.length === 0) return [];
  const nodes = [...new Set(shared.flatMap(([, names]) => [...names]))].sort();
  const message = `${String(shared.length)} directives are on more than one of ${nodes.join(', ')}: each raises their alarms`;
  const directives = shared.map(([id]) => id).slice(0, MOST_IDS);
  return [{ code: 'duplicate_directive', message, nodes, directives }];
}
