import { readPlace } from './alarm-files.ts';
import type { FilePlaces } from './change-batch.ts';

/** A look is used by the third batch after it: by then the changes of what was on file have come for certain. */
const TICKS_BEFORE_USE = 2;

/** Watches how far the files have grown from which the store can be filled again. */
export class PlaceWatch {
  readonly #files: { readonly alarmFile: string; readonly operatorRecord: string };
  /** Newest last. */
  #looks: { readonly places: FilePlaces; ticks: number }[] = [];
  #taken: FilePlaces | undefined;
  #isLooking = false;

  constructor(files: { readonly alarmFile: string; readonly operatorRecord: string }) {
    this.#files = files;
  }

  /** Whether `take` gives other places than it gave before. */
  get isNew(): boolean {
    const places = this.#usable();
    return places !== undefined && !areSame(places, this.#taken);
  }

  /** To be called before each batch that comes with time. */
  tick(): void {
    for (const look of this.#looks) look.ticks += 1;
    const used = this.#looks.findLastIndex(({ ticks }) => ticks > TICKS_BEFORE_USE);
    if (used > 0) this.#looks = this.#looks.slice(used);
    if (!this.#isLooking) void this.look();
  }

  /** Up to there everything has come that is on file; undefined while that is not known. */
  take(): FilePlaces | undefined {
    const places = this.#usable();
    this.#taken = places ?? this.#taken;
    return places;
  }

  /** Looks at the files. */
  async look(): Promise<void> {
    this.#isLooking = true;
    try {
      const places = await this.#read();
      if (!areSame(places, this.#looks.at(-1)?.places)) this.#looks.push({ places, ticks: 0 });
    } catch {
      // the files are looked at again with the next tick; until then an older place is as good
    }
    this.#isLooking = false;
  }

  /** Nothing more is written: what is on file now has come. */
  async lookLast(): Promise<void> {
    await this.look();
    const last = this.#looks.at(-1);
    if (last === undefined) return;
    last.ticks = TICKS_BEFORE_USE + 1;
  }

  async #read(): Promise<FilePlaces> {
    return {
      alarms: await readPlace(this.#files.alarmFile),
      actions: await readPlace(this.#files.operatorRecord),
    };
  }

  #usable(): FilePlaces | undefined {
    return this.#looks.findLast(({ ticks }) => ticks > TICKS_BEFORE_USE)?.places;
  }
}

function areSame(left: FilePlaces, right: FilePlaces | undefined): boolean {
  return (
    right !== undefined &&
    left.alarms?.file === right.alarms?.file &&
    left.alarms?.bytes === right.alarms?.bytes &&
    left.actions?.file === right.actions?.file &&
    left.actions?.bytes === right.actions?.bytes
  );
}
