/** A binary heap: the entry that `compare` puts first is taken first. */
export class Heap<Entry> {
  readonly #entries: Entry[] = [];
  readonly #compare: (left: Entry, right: Entry) => number;

  constructor(compare: (left: Entry, right: Entry) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#entries.length;
  }

  first(): Entry | undefined {
    return this.#entries[0];
  }

  add(entry: Entry): void {
    const entries = this.#entries;
    let index = entries.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = entries[parent];
      if (above === undefined || this.#compare(above, entry) <= 0) break;
      entries[index] = above;
      index = parent;
    }
    entries[index] = entry;
  }

  takeFirst(): Entry | undefined {
    const entries = this.#entries;
    const [top] = entries;
    const last = entries.pop();
    if (last !== undefined && entries.length > 0) this.#sink(last);
    return top;
  }

  #sink(entry: Entry): void {
    const entries = this.#entries;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      let below = entries[child];
      const right = entries[child + 1];
      if (below === undefined) break;
      if (right !== undefined && this.#compare(right, below) < 0) {
        child += 1;
        below = right;
      }
      if (this.#compare(below, entry) >= 0) break;
      entries[index] = below;
      index = child;
    }
    entries[index] = entry;
  }
}
