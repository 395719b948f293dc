import type { Announcement, NodeRole } from './announcement.ts';
import { writeAnnouncement } from './announcement.ts';
import type { NatsLink } from './nats-link.ts';
import { NODES_SUBJECT } from './subjects.ts';

/** What a node says of itself that changes; the rest is as if it were not there. */
export type Details = Partial<
  Pick<Announcement, 'shared' | 'given' | 'voided' | 'plain' | 'last' | 'isOverloaded' | 'files'>
>;

export interface AnnouncerDeps {
  readonly link: NatsLink;
  readonly role: NodeRole;
  readonly node: string;
  readonly epoch: string;
  readonly version: string;
  readonly details: () => Details;
  /** Default 1 s. */
  readonly everyMs?: number;
}

export interface Announcer {
  /** Says it at once: something has changed that others wait for. */
  now(): void;
  /** Says no more, without a word. */
  stop(): void;
  /** Says that this was the last time; resolves when NATS has it, or cannot have it. */
  close(): Promise<void>;
}

export const ANNOUNCE_MS = 1_000;

/** Announces this node every second and at each connection. On a frontend it is made after the publisher, so that numbers follow their events. */
export function startAnnouncer(deps: AnnouncerDeps): Announcer {
  const { link, role, node, epoch, version, details, everyMs = ANNOUNCE_MS } = deps;

  function announce(isLast: boolean): void {
    const said: Announcement = {
      ...{
        role,
        node,
        epoch,
        version,
        isLast,
        shared: 0,
        given: 0,
        voided: [],
        plain: [],
        last: 0,
      },
      ...{ isOverloaded: false, files: [] },
      ...details(),
    };
    link.publish(NODES_SUBJECT, writeAnnouncement(said));
  }

  const timer = setInterval(() => {
    announce(false);
  }, everyMs);
  link.onChange((isConnected) => {
    if (isConnected) announce(false);
  });
  announce(false);
  return {
    now: () => {
      announce(false);
    },
    stop: () => {
      clearInterval(timer);
    },
    close: async () => {
      clearInterval(timer);
      announce(true);
      await link.flush().catch(() => undefined);
    },
  };
}
