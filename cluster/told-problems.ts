/** What the log has said of something that fails again and again. */
export interface ToldProblems {
  /** Whether the log should say it now: it is new, or the last reminder is long ago. */
  isDue(problem: string): boolean;
  /** It works again: whatever fails next is news. */
  forget(): void;
}

/** Nothing is told yet; each problem is due once in every `remindMs`. */
export function createToldProblems(remindMs: number): ToldProblems {
  // several servers fail each in its own way, one after the other
  const told = new Set<string>();
  let remindedMs = 0;
  return {
    isDue: (problem) => {
      const nowMs = performance.now();
      if (told.size === 0) remindedMs = nowMs;
      if (nowMs - remindedMs >= remindMs) {
        told.clear();
        remindedMs = nowMs;
      }
      if (told.has(problem)) return false;
      told.add(problem);
      return true;
    },
    forget: () => {
      told.clear();
    },
  };
}
