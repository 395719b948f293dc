// What alarms must be like after a kill: as their last whole lines in the files say, or newer, and as persons were answered.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { alarmDetail, type AlarmDetail } from '../../server/schemas/alarm-detail.ts';
import { parseWholeLine } from './whole-line.ts';

/** What a person asked for: one mark, a comment, or the deletion. */
export type MarkWish =
  | { readonly status: string }
  | { readonly tag: string }
  | { readonly assignee: string }
  | { readonly comment: string }
  | { readonly deleted: true };

const alarmLine = z.looseObject({
  alarm_id: z.string(),
  ...{ status: z.string(), tag: z.string(), update_time: z.number() },
  rules: z.array(z.looseObject({ status: z.string().optional() })),
});
type AlarmLine = z.infer<typeof alarmLine>;

interface Marks {
  readonly status: string;
  readonly tag: string;
  readonly assignee: string;
  readonly deleted: boolean;
}

const UNTOUCHED: Marks = {
  ...{ status: 'Open', tag: 'Identified Threat', assignee: '', deleted: false },
};

/** What is known of one alarm; `open` were asked for and never answered: they may have been done or not. */
class KnownAlarm {
  line: AlarmLine | undefined;
  marks = UNTOUCHED;
  /** Its backlog went on without lines. */
  wasDeleted = false;
  readonly comments: string[] = [];
  readonly open: MarkWish[] = [];
}

/** What was compared. */
export interface CheckCounts {
  alarms: number;
  /** As their lines say, and newer than these. */
  same: number;
  newer: number;
  deleted: number;
  comments: number;
}

export class KnownAlarms {
  readonly counts: CheckCounts = { alarms: 0, same: 0, newer: 0, deleted: 0, comments: 0 };
  readonly #alarms = new Map<string, KnownAlarm>();
  /** Those about which something was said since they were looked at. */
  readonly #news = new Set<string>();

  get ids(): readonly string[] {
    return [...this.#alarms.keys()];
  }

  /** Those of which lines were read or changes asked for since the last time. */
  takeNews(): string[] {
    const ids = [...this.#news];
    this.#news.clear();
    return ids;
  }

  isDeleted(id: string): boolean {
    return this.#alarms.get(id)?.marks.deleted === true;
  }

  /** Takes the whole lines of an alarm file; one that does not exist has none. */
  readFile(path: string): void {
    if (!existsSync(path)) return;
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
    for (const line of lines) {
      const whole = parseWholeLine(line);
      if (whole === undefined) continue;
      const record = alarmLine.parse(whole);
      if (isDeepStrictEqual(this.#alarms.get(record.alarm_id)?.line, record)) continue;
      this.#known(record.alarm_id).line = record;
    }
  }

  /** Takes what a person asked for, answered as done or not answered at all. */
  take(id: string, wish: MarkWish, isAnswered: boolean): void {
    const known = this.#known(id);
    if (!isAnswered) known.open.push(wish);
    else if ('comment' in wish) known.comments.push(wish.comment);
    else known.marks = { ...known.marks, ...wish };
  }

  /** It was deleted, and is there again. */
  restored(id: string): void {
    const known = this.#known(id);
    known.marks = { ...known.marks, deleted: false };
    known.wasDeleted = true;
  }

  /** Compares an answer of GET /api/alarms/:id; what had been left open is known from then on. */
  check(id: string, status: number, body: unknown): void {
    const known = this.#alarms.get(id) ?? new KnownAlarm();
    this.counts.alarms += 1;
    if (status === 404) {
      const isDeleted = known.marks.deleted || known.open.some((wish) => 'deleted' in wish);
      assert.ok(isDeleted, `${id} is missing`);
      known.marks = { ...known.marks, deleted: true };
      this.counts.deleted += 1;
      return;
    }
    assert.equal(status, 200, id);
    const detail = alarmDetail.parse(body);
    this.#checkMarks(known, detail);
    this.#checkComments(known, detail);
    known.open.length = 0;
    if (known.line === undefined) return;
    this.#checkLine(known.line, detail);
    if (!known.wasDeleted) assert.equal(detail.progress, progressOf(detail.alarm), id);
  }

  #checkMarks(known: KnownAlarm, { alarm, assignee }: AlarmDetail): void {
    const { alarm_id: id, status, tag } = alarm;
    const { open } = known;
    const allows = (key: 'status' | 'tag' | 'assignee', value: string): boolean =>
      known.marks[key] === value || open.some((wish) => key in wish && isValue(wish, key, value));
    assert.equal(known.marks.deleted, false, `${id} is there again`);
    for (const [key, value] of Object.entries({ status, tag, assignee })) {
      const name = key === 'status' ? key : key === 'tag' ? key : 'assignee';
      assert.ok(allows(name, value), `${id}: ${key} is ${value}, not ${known.marks[name]}`);
    }
    known.marks = { status, tag, assignee, deleted: false };
  }

  #checkComments({ comments, open }: KnownAlarm, { alarm, history }: AlarmDetail): void {
    const kept = history.filter(({ what }) => what === 'comment').map(({ value }) => value);
    const unanswered = open.flatMap((wish) => ('comment' in wish ? [wish.comment] : []));
    for (const text of kept) {
      if (!comments.includes(text) && unanswered.includes(text)) comments.push(text);
    }
    assert.deepEqual(kept.toSorted(), comments.toSorted(), `comments of ${alarm.alarm_id}`);
    this.counts.comments += comments.length;
  }

  #checkLine(line: AlarmLine, { alarm }: AlarmDetail): void {
    const { status, tag } = alarm;
    if (isDeepStrictEqual(toPlain({ ...line, status, tag }), toPlain(alarm))) {
      this.counts.same += 1;
      return;
    }
    this.counts.newer += 1;
    const stored = alarmLine.parse(alarm);
    const told = `${JSON.stringify(stored)} is older than ${JSON.stringify(line)}`;
    assert.ok(stored.update_time >= line.update_time, told);
    assert.ok(countFinished(stored) > countFinished(line), told);
  }

  #known(id: string): KnownAlarm {
    this.#news.add(id);
    let known = this.#alarms.get(id);
    if (known === undefined) {
      known = new KnownAlarm();
      this.#alarms.set(id, known);
    }
    return known;
  }
}

function isValue(wish: object, key: string, value: string): boolean {
  return Object.entries(wish).some(([name, wanted]) => name === key && wanted === value);
}

/** No backlog outlives a kill. */
function progressOf({ rules }: Pick<AlarmLine, 'rules'>): string {
  if (rules.some(({ status }) => status === 'timeout')) return 'timeout';
  return rules.every(({ status }) => status === 'finished') ? 'complete' : 'interrupted';
}

function countFinished({ rules }: AlarmLine): number {
  return rules.filter(({ status }) => status !== undefined).length;
}

function toPlain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
