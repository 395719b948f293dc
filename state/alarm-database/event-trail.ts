/** Of the accepted events of an alarm the first and the last so many are kept. */
export const KEPT_EACH = 500;
const FIRST_BUCKET_SECONDS = 60;
const MOST_BUCKETS = 240;
/** A bucket's key is its number × 256 + stage. */
const STAGES = 256;
const NONE: number[] = [];

/** Events of one stage in one bucket of time. */
export interface TimeBucket {
  readonly time: number;
  readonly stage: number;
  readonly count: number;
}

/** Which events of one backlog are kept where, and how many there were. */
export class EventTrail {
  total = 0;
  bucketSeconds = FIRST_BUCKET_SECONDS;
  /** By stage. */
  #stages: number[] = [];
  /** Keys and counts in turn, in the order in which the keys came. */
  #buckets: number[] = [];
  /** Places of events 1, 2, … */
  #firsts: number[] = [];
  /** Places of the last ones, which are those up to `total`; from `#start` on, around the end. */
  #lasts = NONE;
  #start = 0;

  /** The place of the newest kept event; 0 for none. */
  get newest(): number {
    if (this.#lasts.length === 0) return this.#firsts.at(-1) ?? 0;
    return this.#lasts.at(this.#start - 1) ?? 0;
  }

  get kept(): number {
    return this.#firsts.length + this.#lasts.length;
  }

  /** Takes the next event in, which is at `place`; answers the place of one that is kept no longer, 0 for none. */
  add(place: number, stage: number, time: number): number {
    this.#count(stage, time, 1);
    if (this.#firsts.length < KEPT_EACH && this.#firsts.length === this.total - 1) {
      this.#firsts.push(place);
      return 0;
    }
    if (this.#lasts === NONE) this.#lasts = [];
    if (this.#lasts.length < KEPT_EACH) {
      this.#lasts.push(place);
      return 0;
    }
    const gone = this.#lasts[this.#start] ?? 0;
    this.#lasts[this.#start] = place;
    this.#start = (this.#start + 1) % KEPT_EACH;
    return gone;
  }

  /** Counts events that nobody kept; answers the places that are kept no longer, so that the last ones have no gap. */
  skip(stage: number, time: number, count: number): readonly number[] {
    this.#count(stage, time, count);
    const gone = this.#lasts;
    this.#lasts = NONE;
    this.#start = 0;
    return gone;
  }

  /** All places that are kept. */
  places(): number[] {
    return [...this.#firsts, ...this.#lasts];
  }

  move(from: number, to: number): void {
    const first = this.#firsts.indexOf(from);
    const last = this.#lasts.indexOf(from);
    if (first >= 0) this.#firsts[first] = to;
    if (last >= 0) this.#lasts[last] = to;
  }

  /** Numbers and places of the kept events, newest first, of those before `before`. */
  *newestFirst(before: number): Generator<readonly [number: number, place: number]> {
    const { length } = this.#lasts;
    const firstOfLasts = this.total - length + 1;
    for (let number = Math.min(this.total, before - 1); number >= firstOfLasts; number -= 1) {
      yield [number, this.#lasts[(this.#start + number - firstOfLasts) % length] ?? 0];
    }
    const end = Math.min(this.#firsts.length, before - 1);
    for (let number = end; number >= 1; number -= 1) yield [number, this.#firsts[number - 1] ?? 0];
  }

  /** How many events there were of each stage. */
  stages(): { readonly stage: number; readonly total: number }[] {
    return this.#stages
      .map((total, stage) => ({ stage, total: total }))
      .filter(({ total }) => total > 0);
  }

  /** All events by time, kept or not. */
  buckets(): TimeBucket[] {
    const buckets: TimeBucket[] = [];
    for (let at = 0; at < this.#buckets.length; at += 2) {
      const key = this.#buckets[at] ?? 0;
      const time = Math.floor(key / STAGES) * this.bucketSeconds;
      buckets.push({ time, stage: key % STAGES, count: this.#buckets[at + 1] ?? 0 });
    }
    return buckets.sort((left, right) => left.time - right.time || left.stage - right.stage);
  }

  /** For `parseTrail`. */
  serialize(): string {
    const lasts = [...this.#lasts.slice(this.#start), ...this.#lasts.slice(0, this.#start)];
    const stages = Array.from(this.#stages, (count: number | undefined) => count ?? 0);
    return JSON.stringify([
      [this.total, this.bucketSeconds],
      stages,
      this.#buckets,
      toSteps(this.#firsts),
      toSteps(lasts),
    ]);
  }

  /** A trail as `serialize` wrote it; undefined for anything else. */
  static parse(text: string): EventTrail | undefined {
    const parts: unknown = JSON.parse(text);
    if (!Array.isArray(parts)) return undefined;
    const [head, stages, buckets, firsts, lasts] = parts.map(toNumbers);
    if (head === undefined || stages === undefined || buckets === undefined) return undefined;
    if (firsts === undefined || lasts === undefined) return undefined;
    const trail = new EventTrail();
    trail.total = head[0] ?? 0;
    trail.bucketSeconds = head[1] ?? FIRST_BUCKET_SECONDS;
    trail.#stages = stages;
    trail.#buckets = buckets;
    trail.#firsts = fromSteps(firsts);
    trail.#lasts = lasts.length === 0 ? NONE : fromSteps(lasts);
    return trail;
  }

  #count(stage: number, time: number, count: number): void {
    this.total += count;
    while (this.#stages.length <= stage) this.#stages.push(0);
    this.#stages[stage] = (this.#stages[stage] ?? 0) + count;
    this.#addToBucket(Math.floor(time / this.bucketSeconds) * STAGES + stage, count);
    if (this.#buckets.length > 2 * MOST_BUCKETS) this.#widenBuckets();
  }

  #addToBucket(key: number, count: number): void {
    for (let at = this.#buckets.length - 2; at >= 0; at -= 2) {
      if (this.#buckets[at] !== key) continue;
      this.#buckets[at + 1] = (this.#buckets[at + 1] ?? 0) + count;
      return;
    }
    this.#buckets.push(key, count);
  }

  #widenBuckets(): void {
    const before = this.buckets();
    this.bucketSeconds *= 2;
    this.#buckets = [];
    for (const { time, stage, count } of before) {
      this.#addToBucket(Math.floor(time / this.bucketSeconds) * STAGES + stage, count);
    }
    if (this.#buckets.length > MOST_BUCKETS) this.#widenBuckets();
  }
}

/** Places follow one another closely: the steps between them make a text of a third of the length. */
function toSteps(places: readonly number[]): number[] {
  return places.map((place, index) => place - (places[index - 1] ?? 0));
}

function fromSteps(steps: readonly number[]): number[] {
  let place = 0;
  return steps.map((step) => (place += step));
}

function toNumbers(value: unknown): number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter((item) => typeof item === 'number');
}
