// The frontend's folder is the authority: what changes there is announced, and a reload is asked of each backend.
import type { NodeReload, ReloadView } from '../../server/schemas/reload.ts';
import type { NatsLink } from '../nats-link.ts';
import type { AskAll } from './ask-all.ts';
import type { Backends } from './backends.ts';
import { ENGINE_CALLS } from './engine-calls.ts';
import { CONFIGURATION_SUBJECT } from './view-subjects.ts';

/** Tells backends that the configuration has changed; who misses it finds it by polling. */
export function announceConfiguration(link: Pick<NatsLink, 'publish'>): void {
  link.publish(CONFIGURATION_SUBJECT, '{}');
}

/** Calls the listener at each such announcement; answers how to end it. */
export function onConfigurationChange(
  link: Pick<NatsLink, 'subscribe'>,
  listener: () => void,
): () => void {
  return link.subscribe(CONFIGURATION_SUBJECT, listener);
}

/** Has every backend fetch and load the configuration; answers what became of it on each, by name. Never rejects. */
export async function reloadBackends(
  nodes: AskAll,
  backends: Backends,
  by: string,
): Promise<NodeReload[]> {
  const requests = backends.live().map((backend) => [backend, { by }] as const);
  const { answers, missing } = await nodes.askEach(ENGINE_CALLS.reload, requests);
  const told = answers.map(({ backend, answer }) => ({
    node: backend.node,
    ok: answer.ok,
    message: describeReload(answer),
  }));
  const silent = [...new Set([...missing, ...backends.away()])].map((node) => ({
    ...{ node, ok: false },
    message: 'the node does not answer; it fetches the configuration when it is back',
  }));
  return [...told, ...silent].sort((left, right) => (left.node < right.node ? -1 : 1));
}

function describeReload({ ok, faults, directives }: ReloadView): string {
  if (!ok) {
    const count = faults.length === 1 ? 'a fault' : `${String(faults.length)} faults`;
    return `it found ${count}, the configuration before stays: ${faults[0]?.text ?? ''}`;
  }
  const { added, changed, removed, renamed } = directives;
  const gone = removed.length + renamed.length;
  return `${String(added.length)} directives added, ${String(changed.length)} changed, ${String(gone)} removed or renamed`;
}
