// Where an alarm stands in the list that one came from.
interface ListRow {
  readonly gone: boolean;
}

export interface CameFrom {
  readonly order: readonly string[];
  readonly rows: ReadonlyMap<string, ListRow>;
  /** How many fitted the filter; not all of them need be loaded. */
  readonly total: number;
}

export interface ListPlace {
  /** From 1; null for an alarm that has left the list. */
  readonly place: number | null;
  readonly total: number;
  readonly previous: string | null;
  readonly next: string | null;
}

/** The place of an alarm and its neighbours; null when the list never had it. An alarm that left keeps its neighbours. */
export function placeInList({ order, rows, total }: CameFrom, id: string): ListPlace | null {
  const at = order.indexOf(id);
  if (at < 0) return null;
  const isShown = (other: string): boolean => rows.get(other)?.gone === false;
  const before = order.slice(0, at).filter(isShown);
  const next = order.slice(at + 1).find(isShown) ?? null;
  const hidden = order.filter((other) => !isShown(other)).length;
  return {
    place: isShown(id) ? before.length + 1 : null,
    total: total - hidden,
    previous: before.at(-1) ?? null,
    next,
  };
}
