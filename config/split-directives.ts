// Shares the directives of files out among the backends of a cluster: `directives_<node>_<rest>.json` (SPEC §11).
import { compareTexts } from './configuration-fault.ts';
import type { Item } from './item-list.ts';

const PREFIX = 'directives_';
const SUFFIX = '.json';
/** What a node has to do for a route that any of its directives has, in units of cost. */
const ROUTE_COST = 1;

/** A directive with what it costs; `routes` that several directives of a node share cost it once. */
export interface WeighedItem {
  readonly item: Item;
  readonly cost: number;
  readonly routes: readonly string[];
}

/** What one node gets. */
export interface NodeShare {
  readonly node: string;
  /** In the order of the files. */
  readonly items: readonly Item[];
  readonly cost: number;
}

interface Loaded {
  readonly node: string;
  readonly taken: WeighedItem[];
  readonly routes: Set<string>;
  cost: number;
}

/**
 * Gives each directive to one node: the dearest first, each to the node that has least to do with it. The same directives
 * and nodes give the same shares.
 */
export function shareOut(
  weighed: readonly WeighedItem[],
  nodes: readonly string[],
): readonly NodeShare[] {
  const loads = nodes.map((node): Loaded => ({
    node,
    taken: [],
    routes: new Set<string>(),
    cost: 0,
  }));
  for (const next of [...weighed].sort((left, right) => right.cost - left.cost)) {
    const [best] = loads
      .map((load) => ({ load, cost: load.cost + costOn(load, next) }))
      .sort((left, right) => left.cost - right.cost || countOf(left.load) - countOf(right.load));
    if (best === undefined) continue;
    best.load.taken.push(next);
    best.load.cost = best.cost;
    for (const route of next.routes) best.load.routes.add(route);
  }
  const places = new Map(weighed.map((entry, place) => [entry, place]));
  return loads.map(({ node, taken, cost }) => {
    taken.sort((left, right) => (places.get(left) ?? 0) - (places.get(right) ?? 0));
    return { node, items: taken.map(({ item }) => item), cost };
  });
}

function costOn(load: Loaded, { cost, routes }: WeighedItem): number {
  let added = cost;
  for (const route of routes) if (!load.routes.has(route)) added += ROUTE_COST;
  return added;
}

function countOf({ taken }: Loaded): number {
  return taken.length;
}

/** The files of all nodes, by name: the text of each; directives of several files with the same rest come together. */
export function nodeFiles(shares: readonly NodeShare[]): ReadonlyMap<string, string> {
  const nodes = shares.map(({ node }) => node);
  const lists = new Map<string, unknown[]>();
  for (const { node, items } of shares) {
    for (const { file, value } of items) {
      const name = `${PREFIX}${node}_${restOfName(file, nodes)}${SUFFIX}`;
      const list = lists.get(name) ?? [];
      lists.set(name, list);
      list.push(value);
    }
  }
  const names = [...lists.keys()].sort(compareTexts);
  return new Map(
    names.map((name) => [name, `${JSON.stringify({ directives: lists.get(name) }, null, 2)}\n`]),
  );
}

/** What is left of a file's name without prefix, suffix and the node it was for before. */
function restOfName(file: string, nodes: readonly string[]): string {
  const name = file.slice(PREFIX.length, -SUFFIX.length);
  const before = nodes.find((node) => name.startsWith(`${node}_`) && name.length > node.length + 1);
  return before === undefined ? name : name.slice(before.length + 1);
}

/** Whether a backend of this name loads the file. */
export function isFileOfNode(name: string, node: string): boolean {
  return name.startsWith(`${PREFIX}${node}_`) && name.endsWith(SUFFIX);
}
