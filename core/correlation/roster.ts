import type { RuleSet } from '../directive/directive.ts';
import type { Backlog } from './backlog.ts';
import { BacklogIndex } from './backlog-index.ts';
import { compareAdvancement, type Advancement } from './eviction.ts';
import { Heap } from './heap.ts';
import type { Standing } from './offer-inputs.ts';

/** A live backlog as its manager knows it: how to reach it, where to find it, where it stands. */
export interface RosterEntry<Ref> {
  readonly ref: Ref;
  readonly alarmId: string;
  readonly sequence: number;
  readonly key: string | undefined;
  readonly index: BacklogIndex<RosterEntry<Ref>>;
  deadline: number;
  stage: number;
  counted: number;
  opened: number;
  last: number;
  live: boolean;
}

interface DeadlineEntry<Ref> {
  readonly deadline: number;
  readonly entry: RosterEntry<Ref>;
}

interface AdvancementEntry<Ref> extends Advancement {
  readonly entry: RosterEntry<Ref>;
}

/** The live backlogs of one directive. Both heaps may hold outdated entries, which are mended when they come up. */
export class Roster<Ref> {
  /** By rule set; the first is that of the current directive, others are those of reloaded backlogs. */
  indexes: [BacklogIndex<RosterEntry<Ref>>, ...BacklogIndex<RosterEntry<Ref>>[]];
  readonly #entries = new Map<string, RosterEntry<Ref>>();
  /** Live backlogs whose current stage is index + 1. */
  readonly #byStage: number[] = [];
  readonly #deadlines = new Heap<DeadlineEntry<Ref>>(
    (left, right) => left.deadline - right.deadline,
  );
  #advancements: Heap<AdvancementEntry<Ref>> | undefined;

  constructor(ruleSet: RuleSet) {
    this.indexes = [new BacklogIndex(ruleSet)];
  }

  get size(): number {
    return this.#entries.size;
  }

  entries(): Iterable<RosterEntry<Ref>> {
    return this.#entries.values();
  }

  find(alarmId: string): RosterEntry<Ref> | undefined {
    return this.#entries.get(alarmId);
  }

  /** How many live backlogs stand at each stage; index 0 is stage 1. */
  countByStage(): readonly number[] {
    return [...this.#byStage];
  }

  /** The soonest deadline in Unix seconds that may be due, +Infinity without backlogs. */
  get soonestDeadline(): number {
    return this.#deadlines.first()?.deadline ?? Number.POSITIVE_INFINITY;
  }

  add(backlog: Backlog, ref: Ref, standing: Standing): void {
    const index = this.#indexFor(backlog.ruleSet);
    const key = index.keyOf(backlog.stages[0]?.firstEvent);
    const { alarmId, sequence } = backlog;
    const { deadline, stage, counted, opened, last } = standing;
    const place = { deadline, stage, counted, opened, last, live: true };
    const entry = { ref, alarmId, sequence, key, index, ...place };
    index.add(key, entry);
    this.#entries.set(alarmId, entry);
    this.#count(stage, 1);
    this.#deadlines.add({ deadline, entry });
    this.#advancements?.add({ stage, counted, sequence, entry });
  }

  /** Takes in where a backlog now stands; one that has ended is forgotten. */
  update(entry: RosterEntry<Ref>, standing: Standing): void {
    const { ended, deadline, stage, counted } = standing;
    if (ended) {
      entry.live = false;
      entry.index.remove(entry.key, entry);
      this.#entries.delete(entry.alarmId);
      this.#count(entry.stage, -1);
      return;
    }
    // A later deadline is found out when the old one comes up; an earlier one needs an entry of its own.
    if (deadline < entry.deadline) this.#deadlines.add({ deadline, entry });
    entry.deadline = deadline;
    if (stage !== entry.stage) {
      this.#count(entry.stage, -1);
      this.#count(stage, 1);
    }
    entry.stage = stage;
    entry.counted = counted;
    entry.opened = standing.opened;
    entry.last = standing.last;
  }

  /** The live backlogs whose deadline is before `now`. */
  due(now: number): RosterEntry<Ref>[] {
    const due = new Set<RosterEntry<Ref>>();
    while (this.soonestDeadline < now) {
      const entry = this.#deadlines.takeFirst()?.entry;
      if (entry?.live !== true) continue;
      if (entry.deadline < now) due.add(entry);
      else this.#deadlines.add({ deadline: entry.deadline, entry });
    }
    return [...due];
  }

  /** The live backlog that got least far (SPEC §9), undefined when there is none. */
  leastAdvanced(): RosterEntry<Ref> | undefined {
    this.#advancements ??= this.#rankAll();
    const heap = this.#advancements;
    for (let first = heap.first(); first !== undefined; first = heap.first()) {
      const { entry } = first;
      const { live, stage, counted, sequence } = entry;
      if (live && stage === first.stage && counted === first.counted) return entry;
      heap.takeFirst();
      if (live) heap.add({ stage, counted, sequence, entry });
    }
    return undefined;
  }

  /** Forgets the ranking of `leastAdvanced` when it is no longer worth its memory. */
  dropRanking(): void {
    this.#advancements = undefined;
  }

  /** Gives new backlogs the rules of a changed directive; the live ones keep theirs. */
  setCurrent(ruleSet: RuleSet): void {
    const index = this.#indexFor(ruleSet);
    const others = this.indexes.filter((other) => other !== index && !other.isEmpty());
    this.indexes = [index, ...others];
  }

  #count(stage: number, difference: number): void {
    while (this.#byStage.length < stage) this.#byStage.push(0);
    this.#byStage[stage - 1] = (this.#byStage[stage - 1] ?? 0) + difference;
  }

  #rankAll(): Heap<AdvancementEntry<Ref>> {
    const heap = new Heap<AdvancementEntry<Ref>>(compareAdvancement);
    for (const entry of this.#entries.values()) {
      const { stage, counted, sequence } = entry;
      heap.add({ stage, counted, sequence, entry });
    }
    return heap;
  }

  #indexFor(ruleSet: RuleSet): BacklogIndex<RosterEntry<Ref>> {
    const known = this.indexes.find((index) => index.ruleSet === ruleSet);
    if (known !== undefined) return known;
    const index = new BacklogIndex<RosterEntry<Ref>>(ruleSet);
    this.indexes.push(index);
    return index;
  }
}
