// Which of our own nodes are alive, by what they announce. An unlike peer announces nothing and is not in it.
import type Logger from 'bunyan';
import { readAnnouncement, type Announcement, type NodeRole } from './announcement.ts';
import { ANNOUNCE_MS } from './announcer.ts';
import type { NatsLink } from './nats-link.ts';
import { NODES_SUBJECT } from './subjects.ts';

/** A node that was heard of lately. */
export interface KnownNode {
  readonly announcement: Announcement;
  /** Milliseconds of the monotonic clock. */
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface NodeDirectory {
  /** The live nodes of a role, by name, then by when they began. */
  live(role: NodeRole): readonly Announcement[];
  /** Names that two live nodes of a role bear: each then gets what is meant for one. */
  duplicates(role: NodeRole): readonly string[];
  /** Calls the listener with every announcement, after it was noted. */
  onAnnouncement(listener: (announcement: Announcement) => void): void;
  /** Calls the listener when a node fell silent without a good-bye, with its last announcement; not while NATS is away. */
  onSilence(listener: (announcement: Announcement) => void): void;
  close(): void;
}

export interface DirectoryDeps {
  readonly link: NatsLink;
  readonly log: Logger;
  readonly monotonicMs: () => number;
  /** How long a node may be silent; default 3.5 s. */
  readonly silenceMs?: number;
}

const SILENCE_MS = 3.5 * ANNOUNCE_MS;

/** Listens from now on. */
export function openNodeDirectory(deps: DirectoryDeps): NodeDirectory {
  const { link, log, monotonicMs, silenceMs = SILENCE_MS } = deps;
  const nodes = new Map<string, KnownNode>();
  const told = new Set<string>();
  const listeners: ((announcement: Announcement) => void)[] = [];
  const silenceListeners: ((announcement: Announcement) => void)[] = [];
  let connectedMs = monotonicMs();
  let lookedMs = connectedMs;

  function note(announcement: Announcement): void {
    const key = JSON.stringify([announcement.role, announcement.node, announcement.epoch]);
    const nowMs = monotonicMs();
    const firstMs = nodes.get(key)?.firstMs ?? nowMs;
    nodes.set(key, { announcement, firstMs, lastMs: nowMs });
    if (announcement.isLast) nodes.delete(key);
    for (const role of ['frontend', 'backend'] as const) reportDuplicates(role);
    for (const listener of listeners) listener(announcement);
  }

  function reportDuplicates(role: NodeRole): void {
    for (const node of duplicates(role)) {
      if (told.has(node)) continue;
      told.add(node);
      log.error({ node, role }, 'two live nodes bear the same name, give each its own with --node');
    }
  }

  /** A restarted node is not two: the older one must have been heard after the younger began. */
  function duplicates(role: NodeRole): string[] {
    const found = new Set<string>();
    const all = known(role);
    for (const older of all) {
      for (const younger of all) {
        const isSame = older.announcement.node === younger.announcement.node;
        if (isSame && older.firstMs < younger.firstMs && older.lastMs > younger.firstMs) {
          found.add(older.announcement.node);
        }
      }
    }
    return [...found];
  }

  function known(role: NodeRole): KnownNode[] {
    const nodesOfRole = [...nodes.values()].filter(
      ({ announcement }) => announcement.role === role,
    );
    return nodesOfRole.toSorted(
      (a, b) => compare(a.announcement.node, b.announcement.node) || a.firstMs - b.firstMs,
    );
  }

  /** While NATS is away nobody is heard, which says nothing about them. */
  function forget(): void {
    const nowMs = monotonicMs();
    // who stood still itself has not listened either
    if (nowMs - lookedMs > silenceMs / 2) connectedMs = nowMs;
    lookedMs = nowMs;
    if (!link.isConnected || nowMs - connectedMs < silenceMs) return;
    for (const [key, { announcement, lastMs }] of nodes) {
      if (nowMs - lastMs < silenceMs) continue;
      nodes.delete(key);
      told.delete(announcement.node);
      const { role, node } = announcement;
      log.warn({ role, node }, 'a node has fallen silent');
      for (const listener of silenceListeners) listener(announcement);
    }
  }

  const unsubscribe = link.subscribe(NODES_SUBJECT, ({ data }) => {
    const announcement = readAnnouncement(data);
    if (announcement !== undefined) note(announcement);
  });
  link.onChange(() => {
    connectedMs = monotonicMs();
  });
  const timer = setInterval(forget, silenceMs / 4);
  return {
    live: (role) => known(role).map(({ announcement }) => announcement),
    duplicates,
    onAnnouncement: (listener) => {
      listeners.push(listener);
    },
    onSilence: (listener) => {
      silenceListeners.push(listener);
    },
    close: () => {
      clearInterval(timer);
      unsubscribe();
    },
  };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
