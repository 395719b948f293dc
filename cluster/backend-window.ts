// Keeps a frontend from publishing more than its backends hold: NATS would take it, and a backend would have to drop it.
import type Logger from 'bunyan';
import type { NatsLink } from './nats-link.ts';
import { readReceipt, type Receipt } from './receipt.ts';
import { RECEIPTS_PREFIX } from './subjects.ts';

export interface WindowDeps {
  readonly link: Pick<NatsLink, 'subscribe'>;
  /** Of this run. */
  readonly epoch: string;
  /** How many frontends share the backends' room. */
  readonly frontends: () => number;
  readonly monotonicMs: () => number;
  readonly log: Logger;
  /** How long a backend that makes no progress is waited for; default 1 s. */
  readonly stallMs?: number;
}

/** How much more backends of ours can take. */
export interface BackendWindow {
  /** Whether they have room for so many events after the one of the number `given`; when not, the listener is called once they may. */
  hasRoom(count: number, given: number): boolean;
  /** Calls the listener when there may be room again. */
  onRoom(listener: () => void): void;
  close(): void;
}

interface Backend {
  readonly node: string;
  settled: number;
  window: number;
  /** Since when it owes progress. */
  sinceMs: number;
}

const STALL_MS = 1_000;
const FORGET_MS = 60_000;
const REPORT_MS = 10_000;

/** A window of no backends, which is never full; one counts from its first receipt on. */
export function createBackendWindow(deps: WindowDeps): BackendWindow {
  const { link, epoch, frontends, monotonicMs, log, stallMs = STALL_MS } = deps;
  const backends = new Map<string, Backend>();
  let tellRoom: () => void = () => undefined;
  let timer: NodeJS.Timeout | undefined;
  let reportedMs = -Infinity;

  function take({ node, run, settled, capacity }: Receipt): void {
    const nowMs = monotonicMs();
    const window = Math.max(1, Math.floor(capacity / Math.max(1, frontends())));
    const known = backends.get(run);
    if (known === undefined) {
      backends.set(run, { node, settled, window, sinceMs: nowMs });
    } else {
      if (settled > known.settled) known.sinceMs = nowMs;
      known.settled = Math.max(known.settled, settled);
      known.window = window;
    }
    for (const [other, { sinceMs }] of backends) {
      if (nowMs - sinceMs > FORGET_MS) backends.delete(other);
    }
    tellRoom();
  }

  /** A backend that makes no progress holds nobody up: what it misses is counted there. */
  function isBehind(backend: Backend, count: number, given: number): boolean {
    const nowMs = monotonicMs();
    const waiting = given - backend.settled;
    if (waiting <= 0) {
      backend.sinceMs = nowMs;
      return false;
    }
    return waiting + count > backend.window && nowMs - backend.sinceMs < stallMs;
  }

  function report({ node, settled }: Backend, given: number): void {
    const nowMs = monotonicMs();
    if (nowMs - reportedMs < REPORT_MS) return;
    reportedMs = nowMs;
    const waiting = given - settled;
    log.warn({ backend: node, waiting }, 'a backend is behind, requests wait or are refused');
  }

  /** Without a receipt nothing else would. */
  function tellWhenStalled({ sinceMs }: Backend): void {
    timer ??= setTimeout(
      () => {
        timer = undefined;
        tellRoom();
      },
      sinceMs + stallMs + 1 - monotonicMs(),
    );
  }

  const unsubscribe = link.subscribe(RECEIPTS_PREFIX + epoch, ({ data }) => {
    const receipt = readReceipt(data);
    if (receipt !== undefined) take(receipt);
  });

  return {
    hasRoom: (count, given) => {
      for (const backend of backends.values()) {
        if (!isBehind(backend, count, given)) continue;
        report(backend, given);
        tellWhenStalled(backend);
        return false;
      }
      return true;
    },
    onRoom: (listener) => {
      tellRoom = listener;
    },
    close: () => {
      clearTimeout(timer);
      unsubscribe();
    },
  };
}
