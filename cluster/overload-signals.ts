// Overload between nodes (SPEC §9): a backend says `true` at its first sign and `false` when none came for the hold time.
import type Logger from 'bunyan';
import type { Announcement } from './announcement.ts';
import type { NatsLink } from './nats-link.ts';
import type { NodeDirectory } from './node-directory.ts';
import { OVERLOAD_SUBJECT } from './subjects.ts';

export interface BackendOverloadDeps {
  readonly link: Pick<NatsLink, 'publish' | 'onChange'>;
  readonly holdMs: number;
  /** Called at each change, after the signal: the node's announcement says it too. */
  readonly onChange: () => void;
}

/** A backend's overload; `raise` at each late event and each drop. */
export interface BackendOverload {
  raise(): void;
  isRaised(): boolean;
  close(): void;
}

/** Not overloaded; nothing is said until it is. */
export function createBackendOverload({
  link,
  holdMs,
  onChange,
}: BackendOverloadDeps): BackendOverload {
  let isRaised = false;
  let untilMs = 0;
  let timer: NodeJS.Timeout | undefined;
  /** What frontends were told last, as far as it reached NATS. */
  let said = false;

  function say(): void {
    if (said !== isRaised && link.publish(OVERLOAD_SUBJECT, String(isRaised))) said = isRaised;
  }

  function change(raised: boolean): void {
    isRaised = raised;
    say();
    onChange();
  }

  /** One timer for any number of signs: late events come by the thousand. */
  function look(): void {
    const leftMs = untilMs - performance.now();
    if (leftMs > 0) timer = setTimeout(look, Math.ceil(leftMs));
    else change(false);
  }

  link.onChange((isConnected) => {
    if (!isConnected) return;
    // Nobody knows who was listening when it was said: a frontend may have come with NATS.
    if (isRaised) said = false;
    say();
  });
  return {
    raise: () => {
      untilMs = performance.now() + holdMs;
      if (isRaised) return;
      change(true);
      timer = setTimeout(look, holdMs);
    },
    isRaised: () => isRaised,
    close: () => {
      clearTimeout(timer);
    },
  };
}

export interface FrontendOverloadDeps {
  readonly link: Pick<NatsLink, 'subscribe'>;
  readonly directory: Pick<NodeDirectory, 'live' | 'onAnnouncement'>;
  readonly log: Logger;
  readonly monotonicMs: () => number;
}

/** What a frontend knows of its backends' overload. */
export interface FrontendOverload {
  /** While any backend is overloaded: of ours by what each announces, of unlike ones by the last signal. */
  isRaised(): boolean;
}

/** A signal and the announcement of the same change come one after the other. */
const TOGETHER_MS = 1_000;

/** Not overloaded until told. */
export function createFrontendOverload(deps: FrontendOverloadDeps): FrontendOverload {
  const { link, directory, log, monotonicMs } = deps;
  const overloaded = new Set<string>();
  let signal = false;
  let signalMs = Number.NEGATIVE_INFINITY;

  /** A signal that one of ours explains counts no further: its announcements say when it ends, or that the node is gone. */
  function hear({ role, node, epoch, isOverloaded, isLast }: Announcement): void {
    if (role !== 'backend') return;
    const key = JSON.stringify([node, epoch]);
    const isNews = isOverloaded && !overloaded.has(key);
    if (isNews && monotonicMs() - signalMs < TOGETHER_MS) signal = false;
    if (isOverloaded && !isLast) overloaded.add(key);
    else overloaded.delete(key);
  }

  directory.onAnnouncement(hear);
  link.subscribe(OVERLOAD_SUBJECT, ({ data }) => {
    const text = Buffer.from(data).toString('utf8');
    if (text !== 'true' && text !== 'false') {
      log.error({ bytes: data.length }, 'an overload signal is neither true nor false');
      return;
    }
    signal = text === 'true';
    signalMs = monotonicMs();
  });
  return {
    isRaised: () => signal || directory.live('backend').some(({ isOverloaded }) => isOverloaded),
  };
}
