// Sends events of files in batches: in their order with one batch at a time, faster with more.
import { setTimeout as delay } from 'node:timers/promises';
import { PostError, type EventPoster, type PostOutcome } from './event-poster.ts';
import type { ReadEvent } from './event-files.ts';
import type { TimedEvent } from './event-timing.ts';
import type { Pacer } from './pacer.ts';

export interface SendingDeps {
  readonly poster: EventPoster;
  readonly pacer: Pacer;
  readonly timing: (event: ReadEvent & { readonly text: string }) => TimedEvent;
  /** Events of a request. */
  readonly batch: number;
  /** Requests at the same time. */
  readonly concurrency: number;
  /** Called for each event that is not taken. */
  readonly onRefused: (place: string, reason: string) => void;
  readonly signal: AbortSignal;
}

/** What became of the events so far. */
export interface SendingSums {
  accepted: number;
  refused: number;
}

/** An engine takes 16 MiB at once. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

/** Takes events one after the other; `finish` waits until all are answered. Both reject with the first PostError. */
export class Sending {
  readonly sums: SendingSums = { accepted: 0, refused: 0 };
  readonly #deps: SendingDeps;
  readonly #open = new Set<Promise<void>>();
  #texts: string[] = [];
  #places: string[] = [];
  #characters = 0;
  #failure: Error | undefined;

  constructor(deps: SendingDeps) {
    this.#deps = deps;
  }

  async take(event: ReadEvent): Promise<void> {
    const { place, text } = event;
    if (text === undefined) {
      this.#refuse(place, '400, must be valid JSON');
      return;
    }
    const { dueMs, text: timed } = this.#deps.timing({ ...event, text });
    const waitMs = dueMs === undefined ? 0 : dueMs - Date.now();
    if (waitMs > 0) {
      await this.#flush();
      await delay(waitMs, undefined, { signal: this.#deps.signal }).catch(() => undefined);
    }
    if (this.#characters + timed.length > MOST_CHARACTERS) await this.#flush();
    this.#texts.push(timed);
    this.#places.push(place);
    this.#characters += timed.length;
    if (this.#texts.length >= this.#deps.batch) await this.#flush();
  }

  async finish(): Promise<void> {
    await this.#flush();
    await Promise.all(this.#open);
    this.#check();
  }

  async #flush(): Promise<void> {
    this.#check();
    const texts = this.#texts;
    const places = this.#places;
    if (texts.length === 0) return;
    this.#texts = [];
    this.#places = [];
    this.#characters = 0;
    await this.#deps.pacer.take(texts.length);
    while (this.#open.size >= this.#deps.concurrency) await Promise.race(this.#open);
    this.#check();
    const posted = this.#deps.poster.post(texts).then(
      (outcome) => {
        this.#note(outcome, places);
      },
      (error: unknown) => {
        this.#failure ??= error instanceof Error ? error : new PostError(String(error));
      },
    );
    const open = posted.finally(() => this.#open.delete(open));
    this.#open.add(open);
  }

  #note({ accepted, refused }: PostOutcome, places: readonly string[]): void {
    this.sums.accepted += accepted;
    for (const { index, status, reason } of refused) {
      this.#refuse(places[index] ?? '?', `${String(status)}, ${reason}`);
    }
  }

  #refuse(place: string, reason: string): void {
    this.sums.refused += 1;
    this.#deps.onRefused(place, reason);
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#deps.signal.aborted) throw new PostError('interrupted');
  }
}
