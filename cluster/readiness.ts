// Why a node of a cluster is not ready, for /readyz: without NATS a frontend can take no event and a backend gets none.
import type { DownloadState } from './configuration-download.ts';
import type { NatsLink } from './nats-link.ts';

/** A reason against being ready, in the shape of the answer. */
export interface ReadinessReason {
  readonly code: 'nats' | 'backends' | 'configuration';
  readonly message: string;
}

/** The reason while NATS is away; `nowMs` is Unix milliseconds. */
export function natsReason(link: NatsLink, nowMs: number): ReadinessReason | undefined {
  if (link.isConnected) return undefined;
  const seconds = String(Math.max(0, Math.floor((nowMs - link.sinceMs) / 1000)));
  const cause = link.problem === undefined ? '' : `: ${link.problem}`;
  return { code: 'nats', message: `NATS is away since ${seconds} s${cause}` };
}

/** The reason while a frontend holds its events (backend-gate.ts). */
export function gateReason(gate: Pick<NatsLink, 'isConnected'>): ReadinessReason | undefined {
  if (gate.isConnected) return undefined;
  const message = 'events are held for backends that are not back on NATS yet, for 3 s at most';
  return { code: 'backends', message };
}

/** The reason until a backend has a configuration; later failures leave the one in force. */
export function configurationReason(state: DownloadState): ReadinessReason | undefined {
  if (state.isDone) return undefined;
  const cause = state.problem === undefined ? '' : `: ${state.problem}`;
  return { code: 'configuration', message: `the frontend has given no configuration yet${cause}` };
}
