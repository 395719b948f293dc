// A frontend counts the changes of all its backends in one sequence of its own. This book knows which place of each
// backend's own count belongs to a place of that sequence.

interface FeedPlace {
  readonly at: number;
  readonly key: string;
  readonly place: number;
}

const MOST_PLACES = 20_000;
const MOST_LISTS = 1_000;

/** Places of the frontend's sequence and of backends' counts. */
export class SequenceBook {
  /** The newest place of the frontend's sequence. */
  current = 0;
  #feed: FeedPlace[] = [];
  /** By place of the frontend's sequence: how far each backend was when a list was read there. */
  readonly #lists = new Map<number, Map<string, number>>();

  /** Everything of the backend up to `place` has been told by now. */
  noteFeed(key: string, place: number): void {
    this.#feed.push({ at: this.current, key, place });
    if (this.#feed.length > MOST_PLACES) this.#thinOut();
  }

  /** A list is asked for now: answers a place of its own, so that no later list makes it one of more than it showed. */
  beginList(): number {
    this.current += 1;
    return this.current;
  }

  /** The list that was begun at `at` has everything of the backend up to `place`. */
  noteList(at: number, key: string, place: number): void {
    const places = this.#lists.get(at) ?? new Map<string, number>();
    places.set(key, Math.max(place, places.get(key) ?? 0));
    this.#lists.set(at, places);
    const [oldest] = this.#lists.keys();
    if (this.#lists.size > MOST_LISTS && oldest !== undefined) this.#lists.delete(oldest);
  }

  /** How far the backend was at that place, rather too little than too much; 0 when nothing is known. */
  placeAt(at: number, key: string): number {
    const listed = this.#lists.get(at)?.get(key) ?? 0;
    const told = this.#feed.findLast((one) => one.key === key && one.at <= at)?.place ?? 0;
    return Math.max(listed, told);
  }

  /** Of the older half only every second place is kept. */
  #thinOut(): void {
    const half = this.#feed.length >> 1;
    this.#feed = this.#feed.filter((_, index) => index >= half || index % 2 === 0);
  }
}
