// Of a cluster: which backends the newest answer of each path lacks.
import { signal } from '@preact/signals';

const known = signal<ReadonlyMap<string, readonly string[]>>(new Map());

/** Keeps what an answer of `path` says of backends whose part it lacks. */
export function noteMissing(path: string, body: unknown): void {
  const [name = ''] = path.split('?');
  const missing = readMissing(body);
  const before = known.peek().get(name) ?? [];
  if (missing.join() === before.join()) return;
  known.value = new Map(known.peek()).set(name, missing);
}

/** The backends that the newest answers of any of these paths lack, by name. Read in a component it follows. */
export function missingNodesOf(paths: readonly string[]): readonly string[] {
  const nodes = paths.flatMap((path) => known.value.get(path) ?? []);
  return [...new Set(nodes)].sort();
}

function readMissing(body: unknown): readonly string[] {
  if (typeof body !== 'object' || body === null || !('missing_nodes' in body)) return [];
  const { missing_nodes: nodes } = body;
  return Array.isArray(nodes) ? nodes.filter((node) => typeof node === 'string') : [];
}
