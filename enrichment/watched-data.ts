import type Logger from 'bunyan';
import { LookUpError } from './look-up-error.ts';

interface WatchedDataOptions<Data> {
  /** A text that changes when the files do, for instance their sizes and times; rejects when they cannot be read. */
  readonly signature: () => Promise<string>;
  readonly load: () => Promise<Data>;
  readonly intervalMs: number;
  readonly log: Logger;
}

/**
 * Data read from files and read again when they change. It asks the file system now and then instead of watching: that also
 * works over network file systems and with mounted configuration volumes. Data that cannot be read leaves the last in force.
 */
export class WatchedData<Data> {
  /** Settles, and never rejects, when the first attempt to load is over. */
  readonly ready: Promise<void>;
  readonly #options: WatchedDataOptions<Data>;
  #data: Data | undefined;
  #problem: unknown;
  #signature: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: WatchedDataOptions<Data>) {
    this.#options = options;
    this.ready = this.#check();
  }

  /** The data last loaded, undefined before the first success. */
  current(): Data | undefined {
    return this.#data;
  }

  /** Answers from the data: at once when there is some, else when the first attempt is over; throws when that failed. */
  use<Answer>(answer: (data: Data) => Answer): Answer | Promise<Answer> {
    if (this.#data !== undefined) return answer(this.#data);
    return this.ready.then(() => {
      if (this.#data !== undefined) return answer(this.#data);
      throw new LookUpError('the file could not be read', { retry: false, cause: this.#problem });
    });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #check(): Promise<void> {
    const { signature, load, log, intervalMs } = this.#options;
    try {
      const found = await signature().catch((error: unknown) => `unreadable: ${String(error)}`);
      if (found !== this.#signature) {
        this.#signature = found;
        this.#data = await load();
        this.#problem = undefined;
      }
    } catch (err) {
      this.#problem = err;
      log.warn({ err }, 'look-up data could not be read; what was read before stays in force');
    }
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#check(), intervalMs);
    this.#timer.unref();
  }
}
