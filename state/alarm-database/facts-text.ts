// An alarm's columns as one text of the database: a JSON array in a fixed order.
import type { AlarmFacts } from './columns.ts';
import { PROGRESSES, RISK_CLASSES } from './columns.ts';

/** For `parseFacts`. */
export function serializeFacts(facts: AlarmFacts): string {
  const { counts, handling } = facts;
  return JSON.stringify([
    ...[facts.id, facts.status, facts.tag, facts.risk, RISK_CLASSES.indexOf(facts.riskClass)],
    ...[facts.directive, facts.created, facts.updated, facts.from, facts.to],
    ...[PROGRESSES.indexOf(facts.progress), counts.stage, counts.stages, counts.events],
    ...[counts.needed, counts.events_total, counts.first_event, counts.last_event, counts.deadline],
    ...[handling.version, handling.comments, handling.assignee, handling.first_look],
    ...[handling.closed_at, facts.isDeleted ? 1 : 0, facts.isRecorded ? 1 : 0, facts.textDigest],
  ]);
}

/** The facts that `serializeFacts` wrote; undefined for anything else. */
export function parseFacts(text: string): AlarmFacts | undefined {
  const cells: unknown = JSON.parse(text);
  if (!Array.isArray(cells)) return undefined;
  const numberAt = (index: number): number => toNumber(cells[index]);
  return {
    ...{ id: toText(cells[0]), status: toText(cells[1]), tag: toText(cells[2]) },
    ...{ risk: numberAt(3), riskClass: RISK_CLASSES[numberAt(4)] ?? 'Low' },
    ...{ directive: numberAt(5), created: numberAt(6), updated: numberAt(7) },
    ...{ from: toTexts(cells[8]), to: toTexts(cells[9]) },
    progress: PROGRESSES[numberAt(10)] ?? 'running',
    counts: {
      ...{ stage: numberAt(11), stages: numberAt(12), events: numberAt(13), needed: numberAt(14) },
      ...{ events_total: numberAt(15), first_event: numberAt(16), last_event: numberAt(17) },
      deadline: numberAt(18),
    },
    handling: {
      ...{ version: numberAt(19), comments: numberAt(20), assignee: toText(cells[21]) },
      ...{ first_look: numberAt(22), closed_at: numberAt(23) },
    },
    ...{ isDeleted: numberAt(24) === 1, isRecorded: numberAt(25) === 1, textDigest: numberAt(26) },
  };
}

function toNumber(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function toTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
