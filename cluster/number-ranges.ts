/** The numbers from `first` up to, without, `end`. */
export interface NumberRange {
  readonly first: number;
  readonly end: number;
}

/** A set of numbers as ranges in their order. */
export interface RangeList {
  add(range: NumberRange): void;
  ranges(): readonly NumberRange[];
  /** Forgets what is below. */
  forgetBelow(number: number): void;
  /** How many numbers of the range are in none of these. */
  missingOf(range: NumberRange): number;
}

const MOST_RANGES = 64;
/** Ends before every number. */
const NOTHING: NumberRange = { first: -1, end: -1 };

/** An empty set; cheap where numbers come nearly in their order. Of more than `most` ranges the oldest are forgotten. */
export function createRangeList(most: number = MOST_RANGES): RangeList {
  let list: NumberRange[] = [];

  function add(range: NumberRange): void {
    const last = list.at(-1) ?? NOTHING;
    if (range.first === last.end) {
      list[list.length - 1] = { first: last.first, end: range.end };
    } else if (range.first > last.end) {
      list.push(range);
      if (list.length > most) list = list.slice(-most);
    } else {
      list = unite([...list, range]);
    }
  }

  return {
    add,
    ranges: () => list,
    forgetBelow: (number) => {
      list = list.flatMap(({ first, end }) =>
        end <= number ? [] : [{ first: Math.max(first, number), end }],
      );
    },
    missingOf: ({ first, end }) => {
      let missing = Math.max(0, end - first);
      for (const range of list) {
        missing -= Math.max(0, Math.min(end, range.end) - Math.max(first, range.first));
      }
      return missing;
    },
  };
}

function unite(ranges: readonly NumberRange[]): NumberRange[] {
  const united: NumberRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.first - b.first)) {
    const last = united.at(-1);
    if (last !== undefined && range.first <= last.end) {
      united[united.length - 1] = { first: last.first, end: Math.max(last.end, range.end) };
    } else {
      united.push(range);
    }
  }
  return united;
}
