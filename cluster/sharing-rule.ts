import { isDirectiveFile } from './wanted-files.ts';
import type { NodeDirectory } from './node-directory.ts';

/** The values of --cluster-sharing. */
export type SharingMode = 'auto' | 'on' | 'off';

export interface SharingDeps {
  readonly mode: SharingMode;
  readonly directory: Pick<NodeDirectory, 'live'>;
  /** The names of the frontend's configuration files, as they are now. */
  readonly files: () => readonly string[];
  readonly monotonicMs: () => number;
}

/** How a frontend publishes, and why not otherwise. */
export interface SharingRule {
  /** Whether the next events go to our own backends together. */
  isShared(): boolean;
  /** Directive files that no live backend of ours holds: an unlike backend may. */
  unheldFiles(): readonly string[];
  /** Directive files that backends of different names hold, each with a directive's events of its own: `directives_a_b_x` is one of node `a` and of `a_b`. */
  doublyHeldFiles(): readonly string[];
}

/** The rule is asked for every turn's events, and nodes are known with the precision of their heartbeat. */
const LOOK_MS = 200;

/**
 * An unlike backend cannot be seen on NATS, but it holds directives, and gets them as a file of this frontend: while every
 * directive file is held by a backend of ours there is none (`auto`). Our backends listen to both subjects and an event goes
 * on one of them, in order, so that a change of the rule loses and doubles nothing.
 */
export function createSharingRule(deps: SharingDeps): SharingRule {
  const { mode, directory, files, monotonicMs } = deps;
  let lookedMs = Number.NEGATIVE_INFINITY;
  let isShared = false;

  function holders(): Map<string, Set<string>> {
    const found = new Map<string, Set<string>>();
    for (const backend of directory.live('backend')) {
      for (const file of backend.files) {
        found.set(file, (found.get(file) ?? new Set()).add(backend.node));
      }
    }
    return found;
  }

  function unheldFiles(): string[] {
    const held = holders();
    return files().filter((file) => isDirectiveFile(file) && !held.has(file));
  }

  function look(): boolean {
    return files().some(isDirectiveFile) && unheldFiles().length === 0;
  }

  return {
    isShared: () => {
      if (mode !== 'auto') return mode === 'on';
      const nowMs = monotonicMs();
      if (nowMs - lookedMs < LOOK_MS) return isShared;
      lookedMs = nowMs;
      isShared = look();
      return isShared;
    },
    unheldFiles,
    doublyHeldFiles: () => {
      const doubled = [...holders()].filter(
        ([file, nodes]) => isDirectiveFile(file) && nodes.size > 1,
      );
      return doubled.map(([file]) => file);
    },
  };
}
