// An alarm's columns as one text of the database: a JSON array in a fixed order. A million of them are read at a start, so
// objects are written out field by field here: a spread costs more than all the rest.
import type { AlarmFacts } from './alarm-facts.ts';
import { PROGRESSES, RISK_CLASSES } from './columns.ts';

/** For `readFacts`. */
export function serializeFacts(facts: AlarmFacts): string {
  const { counts, handling } = facts;
  return JSON.stringify([
    facts.id,
    facts.status,
    facts.tag,
    facts.risk,
    RISK_CLASSES.indexOf(facts.riskClass),
    facts.directive,
    facts.created,
    facts.updated,
    facts.from,
    facts.to,
    PROGRESSES.indexOf(facts.progress),
    counts.stage,
    counts.stages,
    counts.events,
    counts.needed,
    counts.events_total,
    counts.first_event,
    counts.last_event,
    counts.deadline,
    handling.version,
    handling.comments,
    handling.assignee,
    handling.first_look,
    handling.closed_at,
    facts.isDeleted ? 1 : 0,
    facts.isRecorded ? 1 : 0,
    facts.textDigest,
  ]);
}

/** The facts of the array that `serializeFacts` wrote. */
export function readFacts(cells: readonly unknown[]): AlarmFacts {
  return {
    id: toText(cells[0]),
    status: toText(cells[1]),
    tag: toText(cells[2]),
    risk: toNumber(cells[3]),
    riskClass: RISK_CLASSES[toNumber(cells[4])] ?? 'Low',
    directive: toNumber(cells[5]),
    created: toNumber(cells[6]),
    updated: toNumber(cells[7]),
    from: toTexts(cells[8]),
    to: toTexts(cells[9]),
    progress: PROGRESSES[toNumber(cells[10])] ?? 'running',
    counts: {
      stage: toNumber(cells[11]),
      stages: toNumber(cells[12]),
      events: toNumber(cells[13]),
      needed: toNumber(cells[14]),
      events_total: toNumber(cells[15]),
      first_event: toNumber(cells[16]),
      last_event: toNumber(cells[17]),
      deadline: toNumber(cells[18]),
    },
    handling: {
      version: toNumber(cells[19]),
      comments: toNumber(cells[20]),
      assignee: toText(cells[21]),
      first_look: toNumber(cells[22]),
      closed_at: toNumber(cells[23]),
    },
    isDeleted: cells[24] === 1,
    isRecorded: cells[25] === 1,
    textDigest: toNumber(cells[26]),
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
