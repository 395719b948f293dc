// Which addresses each row has. The lists of all rows stand one behind the other in one pool, as numbers of distinct addresses.
import { parseAddress, type Address } from '../../core/address/address.ts';
import { ValueDictionary } from './value-dictionary.ts';

const FIRST_ROWS = 1024;
const FIRST_POOL = 4096;

/** The distinct address texts of all rows, with what those that can be read mean. */
export class AddressBook {
  readonly texts = new ValueDictionary();
  readonly #addresses: (Address | undefined)[] = [];

  encode(text: string): number {
    const code = this.texts.encode(text);
    if (code === this.#addresses.length) this.#addresses.push(parseAddress(text));
    return code;
  }

  /** For each address whether the test holds; never for one that cannot be read. */
  test(holds: (address: Address) => boolean): Uint8Array {
    const answers = new Uint8Array(this.#addresses.length);
    for (let code = 0; code < answers.length; code += 1) {
      const address = this.#addresses[code];
      if (address !== undefined && holds(address)) answers[code] = 1;
    }
    return answers;
  }
}

/** A list of addresses for each row. */
export class AddressLists {
  readonly book: AddressBook;
  #starts = new Uint32Array(FIRST_ROWS);
  #lengths = new Uint32Array(FIRST_ROWS);
  #pool = new Uint32Array(FIRST_POOL);
  #end = 0;
  #used = 0;

  constructor(book: AddressBook) {
    this.book = book;
  }

  set(row: number, texts: readonly string[]): void {
    this.#reserve(row, texts.length);
    const start = this.#starts[row] ?? 0;
    const length = this.#lengths[row] ?? 0;
    const at = texts.length <= length ? start : this.#end;
    for (const [index, text] of texts.entries()) this.#pool[at + index] = this.book.encode(text);
    if (at !== start || length === 0) this.#end = Math.max(this.#end, at + texts.length);
    this.#starts[row] = at;
    this.#lengths[row] = texts.length;
    this.#used += texts.length - length;
  }

  textsOf(row: number): string[] {
    const texts: string[] = [];
    this.visit(row, (code) => texts.push(this.book.texts.textOf(code)));
    return texts;
  }

  visit(row: number, visit: (code: number) => void): void {
    const start = this.#starts[row] ?? 0;
    const end = start + (this.#lengths[row] ?? 0);
    for (let at = start; at < end; at += 1) visit(this.#pool[at] ?? 0);
  }

  /** Whether one of the row's addresses is marked. */
  hasAny(row: number, marked: Uint8Array): boolean {
    const start = this.#starts[row] ?? 0;
    const end = start + (this.#lengths[row] ?? 0);
    for (let at = start; at < end; at += 1) if (marked[this.#pool[at] ?? 0] === 1) return true;
    return false;
  }

  /** Adds 1 for each address of the row. */
  count(row: number, counts: Uint32Array): void {
    const start = this.#starts[row] ?? 0;
    const end = start + (this.#lengths[row] ?? 0);
    for (let at = start; at < end; at += 1) {
      const code = this.#pool[at] ?? 0;
      counts[code] = (counts[code] ?? 0) + 1;
    }
  }

  #reserve(row: number, length: number): void {
    if (row >= this.#starts.length) {
      this.#starts = grow(this.#starts, row + 1);
      this.#lengths = grow(this.#lengths, row + 1);
    }
    if (this.#end + length <= this.#pool.length) return;
    if (this.#used < this.#pool.length / 2) this.#compact();
    if (this.#end + length > this.#pool.length) this.#pool = grow(this.#pool, this.#end + length);
  }

  /** Leaves out what lists that have moved left behind. */
  #compact(): void {
    const pool = new Uint32Array(this.#pool.length);
    let end = 0;
    for (let row = 0; row < this.#starts.length; row += 1) {
      const start = this.#starts[row] ?? 0;
      const length = this.#lengths[row] ?? 0;
      pool.set(this.#pool.subarray(start, start + length), end);
      this.#starts[row] = end;
      end += length;
    }
    this.#pool = pool;
    this.#end = end;
  }
}

function grow(array: Uint32Array, least: number): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(Math.max(least, array.length * 2));
  grown.set(array);
  return grown;
}
