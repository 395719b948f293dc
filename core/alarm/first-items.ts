/** Collects the first `limit` items of an order out of very many, without sorting all of them. */
export class FirstItems<Item> {
  readonly #limit: number;
  readonly #compare: (left: Item, right: Item) => number;
  readonly #most: number;
  #items: Item[] = [];
  /** What comes after it is not among the first. */
  #last: Item | undefined;

  /** `compare` is negative when `left` comes first; `limit` may be Infinity. */
  constructor(limit: number, compare: (left: Item, right: Item) => number) {
    this.#limit = limit;
    this.#compare = compare;
    this.#most = 2 * limit + 256;
  }

  offer(item: Item): void {
    if (this.#last !== undefined && this.#compare(item, this.#last) > 0) return;
    this.#items.push(item);
    if (this.#items.length >= this.#most) this.#cut();
  }

  /** In order. */
  take(): Item[] {
    this.#cut();
    return this.#items;
  }

  #cut(): void {
    this.#items.sort(this.#compare);
    if (this.#items.length < this.#limit) return;
    this.#items = this.#items.slice(0, this.#limit);
    this.#last = this.#items.at(-1);
  }
}
