// Which backends a frontend asks, and which of those it knows cannot be asked.
import type { Announcement } from '../announcement.ts';
import type { NodeDirectory } from '../node-directory.ts';

export interface BackendsDeps {
  readonly directory: NodeDirectory;
  /** Whether the configuration folder has a directive file of this node: then it is missed when it is away. */
  readonly isExpected: (node: string) => boolean;
  /** Unix milliseconds. */
  readonly wallMs: () => number;
}

/** The backends of our own kind. */
export interface Backends {
  /** Those to be asked: of a node that was started anew only its newest run, of two that bear one name both. */
  live(): readonly Announcement[];
  /** Names of those that fell silent, or ended though the configuration has directives for them; until they come back. */
  away(): readonly string[];
  /** Names that two live ones bear. */
  doubled(): readonly string[];
  /** Unix seconds of the last sign of life; 0 for none. */
  lastSeen(node: string): number;
}

/** Follows the directory from now on. */
export function followBackends({ directory, isExpected, wallMs }: BackendsDeps): Backends {
  const seenMs = new Map<string, number>();
  const silent = new Set<string>();
  const ended = new Set<string>();

  directory.onAnnouncement(({ role, node, isLast }) => {
    if (role !== 'backend') return;
    seenMs.set(node, wallMs());
    silent.delete(node);
    if (isLast) ended.add(node);
    else ended.delete(node);
  });
  directory.onSilence(({ role, node }) => {
    if (role === 'backend') silent.add(node);
  });

  function live(): Announcement[] {
    const doubled = new Set(directory.duplicates('backend'));
    const all = directory.live('backend');
    // the directory lists those of one name by when they began
    return all.filter(({ node }, index) => doubled.has(node) || all[index + 1]?.node !== node);
  }

  return {
    live,
    away: () => {
      const present = new Set(live().map(({ node }) => node));
      const expected = [...ended].filter(isExpected);
      return [...new Set([...silent, ...expected])].filter((node) => !present.has(node)).sort();
    },
    doubled: () => directory.duplicates('backend'),
    lastSeen: (node) => Math.floor((seenMs.get(node) ?? 0) / 1000),
  };
}
