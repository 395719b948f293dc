// What lists, facets and statistics look at, of every alarm, in memory: a million of them are looked through in milliseconds.
import type { RiskClass } from '../../core/alarm/alarm-record.ts';
import type { BacklogProgress, Progress } from '../../core/alarm/alarm-state.ts';
import type { AlarmHandling } from '../../core/alarm/alarm-view.ts';
import { AddressBook, AddressLists } from './address-lists.ts';
import type { AlarmFacts } from './alarm-facts.ts';
import { ValueDictionary } from './value-dictionary.ts';

export const PROGRESSES: readonly Progress[] = [
  'running',
  'complete',
  'timeout',
  'stopped',
  'interrupted',
];
export const RISK_CLASSES: readonly RiskClass[] = ['Low', 'Medium', 'High'];
export const RUNNING = 0;
const FIRST_ROWS = 1024;

/** A column of numbers. */
export type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** The alarms' facts by row; rows are small numbers that are used again. */
export class AlarmColumns {
  readonly statuses = new ValueDictionary();
  readonly tags = new ValueDictionary();
  readonly directives = new ValueDictionary();
  readonly people = new ValueDictionary();
  readonly from: AddressLists;
  readonly to: AddressLists;
  readonly ids: (string | undefined)[] = [];
  readonly #rows = new Map<string, number>();
  readonly #free: number[] = [];
  deletedAlarms = 0;

  status = new Uint16Array(FIRST_ROWS);
  tag = new Uint16Array(FIRST_ROWS);
  /** Of `directives`: directives are fewer than 65,536. */
  directive = new Uint16Array(FIRST_ROWS);
  risk = new Uint8Array(FIRST_ROWS);
  riskClass = new Uint8Array(FIRST_ROWS);
  progress = new Uint8Array(FIRST_ROWS);
  deleted = new Uint8Array(FIRST_ROWS);
  recorded = new Uint8Array(FIRST_ROWS);
  created = new Float64Array(FIRST_ROWS);
  updated = new Float64Array(FIRST_ROWS);
  stage = new Uint8Array(FIRST_ROWS);
  stages = new Uint8Array(FIRST_ROWS);
  events = new Float64Array(FIRST_ROWS);
  needed = new Float64Array(FIRST_ROWS);
  eventsTotal = new Float64Array(FIRST_ROWS);
  firstEvent = new Float64Array(FIRST_ROWS);
  lastEvent = new Float64Array(FIRST_ROWS);
  deadline = new Float64Array(FIRST_ROWS);
  version = new Uint32Array(FIRST_ROWS);
  comments = new Uint32Array(FIRST_ROWS);
  assignee = new Uint16Array(FIRST_ROWS);
  firstLook = new Float64Array(FIRST_ROWS);
  closedAt = new Float64Array(FIRST_ROWS);
  textDigest = new Uint32Array(FIRST_ROWS);
  /** The sequence of the first change of this run that concerned it, 0 for an older alarm. */
  appeared = new Float64Array(FIRST_ROWS);

  constructor() {
    const book = new AddressBook();
    this.from = new AddressLists(book);
    this.to = new AddressLists(book);
  }

  /** How many alarms there are, deleted ones too. */
  get size(): number {
    return this.#rows.size;
  }

  /** How many alarms are not deleted. */
  get shown(): number {
    return this.#rows.size - this.deletedAlarms;
  }

  /** One more than the last row that was ever used. */
  get end(): number {
    return this.ids.length;
  }

  find(id: string): number | undefined {
    return this.#rows.get(id);
  }

  /** A row for a new alarm. */
  add(id: string): number {
    const row = this.#free.pop() ?? this.ids.length;
    this.#take(row, id);
    return row;
  }

  /** Puts an alarm into the row where the database has it; `close` of loading finds the rows left free. */
  load(row: number, facts: AlarmFacts): void {
    while (this.ids.length < row) this.ids.push(undefined);
    this.#take(row, facts.id);
    this.set(row, facts);
  }

  endLoading(): void {
    for (let row = 0; row < this.ids.length; row += 1) {
      if (this.ids[row] === undefined) this.#free.push(row);
    }
  }

  remove(row: number): void {
    const id = this.ids[row];
    if (id === undefined) return;
    this.setDeleted(row, false);
    this.ids[row] = undefined;
    this.#rows.delete(id);
    this.#free.push(row);
    this.from.set(row, []);
    this.to.set(row, []);
    this.appeared[row] = 0;
  }

  set(row: number, facts: AlarmFacts): void {
    this.setLine(row, facts);
    this.setCounts(row, facts.counts, facts.progress);
    this.setHandling(row, facts.handling);
    this.setDeleted(row, facts.isDeleted);
    this.recorded[row] = facts.isRecorded ? 1 : 0;
    this.textDigest[row] = facts.textDigest;
  }

  /** What a line says. */
  setLine(row: number, facts: AlarmFacts): void {
    this.status[row] = this.statuses.encode(facts.status);
    this.tag[row] = this.tags.encode(facts.tag);
    this.risk[row] = facts.risk;
    this.riskClass[row] = RISK_CLASSES.indexOf(facts.riskClass);
    this.directive[row] = this.directives.encode(String(facts.directive));
    this.created[row] = facts.created;
    this.updated[row] = facts.updated;
    this.from.set(row, facts.from);
    this.to.set(row, facts.to);
  }

  setCounts(row: number, counts: BacklogProgress, progress: Progress): void {
    this.progress[row] = PROGRESSES.indexOf(progress);
    this.stage[row] = counts.stage;
    this.stages[row] = counts.stages;
    this.events[row] = counts.events;
    this.needed[row] = counts.needed;
    this.eventsTotal[row] = counts.events_total;
    this.firstEvent[row] = counts.first_event;
    this.lastEvent[row] = counts.last_event;
    this.deadline[row] = counts.deadline;
  }

  setHandling(row: number, handling: AlarmHandling): void {
    this.version[row] = handling.version;
    this.comments[row] = handling.comments;
    this.assignee[row] = this.people.encode(handling.assignee);
    this.firstLook[row] = handling.first_look;
    this.closedAt[row] = handling.closed_at;
  }

  setDeleted(row: number, isDeleted: boolean): void {
    this.deletedAlarms += (isDeleted ? 1 : 0) - (this.deleted[row] ?? 0);
    this.deleted[row] = isDeleted ? 1 : 0;
  }

  /** Whether the row has an alarm that is shown. */
  isShown(row: number): boolean {
    return this.ids[row] !== undefined && this.deleted[row] === 0;
  }

  countsOf(row: number): BacklogProgress {
    return {
      stage: this.stage[row] ?? 0,
      stages: this.stages[row] ?? 0,
      events: this.events[row] ?? 0,
      needed: this.needed[row] ?? 0,
      events_total: this.eventsTotal[row] ?? 0,
      first_event: this.firstEvent[row] ?? 0,
      last_event: this.lastEvent[row] ?? 0,
      deadline: this.deadline[row] ?? 0,
    };
  }

  progressOf(row: number): Progress {
    return PROGRESSES[this.progress[row] ?? 0] ?? 'running';
  }

  handlingOf(row: number): AlarmHandling {
    return {
      version: this.version[row] ?? 0,
      comments: this.comments[row] ?? 0,
      assignee: this.people.textOf(this.assignee[row] ?? 0),
      first_look: this.firstLook[row] ?? 0,
      closed_at: this.closedAt[row] ?? 0,
    };
  }

  factsOf(row: number): AlarmFacts {
    return {
      id: this.ids[row] ?? '',
      status: this.statuses.textOf(this.status[row] ?? 0),
      tag: this.tags.textOf(this.tag[row] ?? 0),
      risk: this.risk[row] ?? 0,
      riskClass: RISK_CLASSES[this.riskClass[row] ?? 0] ?? 'Low',
      directive: Number(this.directives.textOf(this.directive[row] ?? 0)),
      created: this.created[row] ?? 0,
      updated: this.updated[row] ?? 0,
      from: this.from.textsOf(row),
      to: this.to.textsOf(row),
      progress: this.progressOf(row),
      counts: this.countsOf(row),
      handling: this.handlingOf(row),
      isDeleted: this.deleted[row] === 1,
      isRecorded: this.recorded[row] === 1,
      textDigest: this.textDigest[row] ?? 0,
    };
  }

  #take(row: number, id: string): void {
    if (row >= this.status.length) this.#grow(row + 1);
    this.ids[row] = id;
    this.#rows.set(id, row);
  }

  #grow(least: number): void {
    const length = Math.max(least, this.status.length * 2);
    for (const name of [
      'risk',
      'riskClass',
      'progress',
      'deleted',
      'recorded',
      'stage',
      'stages',
    ] as const) {
      const grown = new Uint8Array(length);
      grown.set(this[name]);
      this[name] = grown;
    }
    for (const name of ['status', 'tag', 'directive', 'assignee'] as const) {
      const grown = new Uint16Array(length);
      grown.set(this[name]);
      this[name] = grown;
    }
    for (const name of ['version', 'comments', 'textDigest'] as const) {
      const grown = new Uint32Array(length);
      grown.set(this[name]);
      this[name] = grown;
    }
    for (const name of FLOATS) {
      const grown = new Float64Array(length);
      grown.set(this[name]);
      this[name] = grown;
    }
  }
}

const FLOATS = [
  ...(['created', 'updated', 'events', 'needed', 'eventsTotal'] as const),
  ...(['firstEvent', 'lastEvent', 'deadline', 'firstLook', 'closedAt', 'appeared'] as const),
] as const;
