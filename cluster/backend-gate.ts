// What a frontend publishes before its backends are back on NATS reaches nobody. So after each connection events are held
// for them, for a short while: backends of other programs cannot be waited for.
import type { Announcement } from './announcement.ts';
import type { NatsLink } from './nats-link.ts';
import type { NodeDirectory } from './node-directory.ts';
import { isDirectiveFile } from './wanted-files.ts';

export interface BackendGateDeps {
  readonly link: NatsLink;
  readonly directory: Pick<NodeDirectory, 'live' | 'onAnnouncement'>;
  /** The names of the frontend's configuration files, as they are now. */
  readonly files: () => readonly string[];
  /** How long backends are waited for at most; default 3 s, in which they try to connect at least once and announce themselves. */
  readonly waitMs?: number;
}

const WAIT_MS = 3_000;

/**
 * The link as a publisher sees it: connected once the backends that were live before have been heard again, or, when none
 * were, once each directive file is held by one, or when `waitMs` have passed since NATS came.
 */
export function createBackendGate(deps: BackendGateDeps): NatsLink {
  const { link, directory, files, waitMs = WAIT_MS } = deps;
  const listeners: ((isConnected: boolean) => void)[] = [];
  const heard = new Map<string, Announcement>();
  let awaited: readonly string[] = [];
  let isOpen = false;
  let timer: NodeJS.Timeout | undefined;

  function turn(open: boolean): void {
    clearTimeout(timer);
    isOpen = open;
    for (const listener of listeners) listener(open);
  }

  function isComplete(): boolean {
    if (awaited.length > 0) return awaited.every((node) => heard.has(node));
    const held = new Set([...heard.values()].flatMap((backend) => backend.files));
    const wanted = files().filter(isDirectiveFile);
    return wanted.length > 0 && wanted.every((file) => held.has(file));
  }

  function beginWaiting(): void {
    heard.clear();
    timer = setTimeout(() => {
      turn(true);
    }, waitMs);
  }

  link.onChange((isConnected) => {
    clearTimeout(timer);
    if (isConnected) {
      beginWaiting();
      return;
    }
    if (isOpen) awaited = directory.live('backend').map(({ node }) => node);
    turn(false);
  });
  directory.onAnnouncement((announcement) => {
    const { role, node, isLast } = announcement;
    if (isOpen || role !== 'backend' || !link.isConnected) return;
    if (isLast) awaited = awaited.filter((name) => name !== node);
    else heard.set(node, announcement);
    if (isComplete()) turn(true);
  });
  if (link.isConnected) beginWaiting();
  return {
    get isConnected() {
      return isOpen;
    },
    get sinceMs() {
      return link.sinceMs;
    },
    get problem() {
      return link.problem;
    },
    get maxPayload() {
      return link.maxPayload;
    },
    counters: link.counters,
    publish: (subject, data) => link.publish(subject, data),
    flush: () => link.flush(),
    subscribe: (subject, take) => link.subscribe(subject, take),
    request: (subject, data, timeoutMs) => link.request(subject, data, timeoutMs),
    onChange: (listener) => {
      listeners.push(listener);
    },
    close: () => {
      clearTimeout(timer);
      return link.close();
    },
  };
}
