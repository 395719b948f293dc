import type { StageView } from '../../server/schemas/alarm-detail.ts';

/** When each stage began to wait for its events, by stage: when the one before it had finished. Unix seconds. */
export function stageBeginnings(stages: readonly StageView[]): ReadonlyMap<number, number> {
  const beginnings = new Map<number, number>();
  let before: number | null = null;
  for (const { stage, started, ended } of stages) {
    const began: number | null = before ?? started;
    if (began !== null && started !== null) beginnings.set(stage, Math.min(began, started));
    before = ended;
  }
  return beginnings;
}
