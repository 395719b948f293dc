// The last day in samples of ten seconds, for the curves of the page and of /api/statistics/series.

/** Seconds from one sample to the next. */
export const SAMPLE_SECONDS = 10;
const SAMPLES_A_DAY = 8_640;

/** The figures of a sample; rates and counts are of the seconds since the one before. */
export interface Sample {
  readonly events_per_second: number;
  readonly refused_per_second: number;
  /** Events in flight. */
  readonly queue: number;
  readonly backlogs: number;
  /** Alarms that came to the class. */
  readonly alarms_low: number;
  readonly alarms_medium: number;
  readonly alarms_high: number;
}
export type SampleField = keyof Sample;

/** Samples as columns of one length; `times` are the Unix seconds at which each ends. */
export interface Series extends Readonly<Record<SampleField, readonly number[]>> {
  readonly step: number;
  readonly times: readonly number[];
}

/** Which samples are wanted: those that end after `since` and not after `until` (Unix seconds). */
export interface SeriesQuery {
  readonly since: number;
  readonly until: number;
  /** Seconds; samples are made one where it is larger than SAMPLE_SECONDS. */
  readonly step: number;
}

/** Counts of a time are added up when samples are made one, everything else is averaged. */
const ADDED: ReadonlySet<SampleField> = new Set(['alarms_low', 'alarms_medium', 'alarms_high']);

/** A ring of 24 hours; the oldest sample makes room for the newest. */
export class SampleRing {
  readonly #capacity: number;
  readonly #times: Float64Array;
  readonly #columns: Readonly<Record<SampleField, Float64Array>>;
  #added = 0;

  constructor(capacity: number = SAMPLES_A_DAY) {
    this.#capacity = capacity;
    this.#times = new Float64Array(capacity);
    this.#columns = forEachField(() => new Float64Array(capacity));
  }

  /** Adds a sample that ends at `time` (Unix seconds). */
  add(time: number, sample: Sample): void {
    const slot = this.#added % this.#capacity;
    this.#times[slot] = time;
    forEachField((field) => (this.#columns[field][slot] = sample[field]));
    this.#added += 1;
  }

  read({ since, until, step }: SeriesQuery): Series {
    const times: number[] = [];
    const groups: number[][] = [];
    for (let index = Math.max(0, this.#added - this.#capacity); index < this.#added; index += 1) {
      const slot = index % this.#capacity;
      const time = this.#times[slot] ?? 0;
      if (time <= since || time > until) continue;
      const end = step <= SAMPLE_SECONDS ? time : Math.ceil(time / step) * step;
      if (times.at(-1) === end) {
        groups.at(-1)?.push(slot);
        continue;
      }
      times.push(end);
      groups.push([slot]);
    }
    return {
      ...{ step: Math.max(step, SAMPLE_SECONDS), times },
      ...forEachField((field) => groups.map((slots) => this.#unite(slots, field))),
    };
  }

  #unite(slots: readonly number[], field: SampleField): number {
    const column = this.#columns[field];
    const sum = slots.reduce((total, slot) => total + (column[slot] ?? 0), 0);
    return ADDED.has(field) ? sum : Math.round((sum * 1000) / slots.length) / 1000;
  }
}

function forEachField<Value>(make: (field: SampleField) => Value): Record<SampleField, Value> {
  return {
    events_per_second: make('events_per_second'),
    refused_per_second: make('refused_per_second'),
    queue: make('queue'),
    backlogs: make('backlogs'),
    alarms_low: make('alarms_low'),
    alarms_medium: make('alarms_medium'),
    alarms_high: make('alarms_high'),
  };
}
