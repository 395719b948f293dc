// The append-only files that hold kept events. A place is where a line stands: file number × 2^32 + offset.
import {
  closeSync,
  ftruncateSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { isMissing } from '../system-error.ts';
import { readEventLine, type EventLine } from './event-line.ts';

const PLACES_A_FILE = 2 ** 32;
const NAME = /^(\d{1,9})\.events$/;
const NEWLINE = 0x0a;
/** Marks a line that was moved here from another file. */
const MOVED = 0x4d;
/** A file takes about this much. */
const SEGMENT_BYTES = 32 * 1024 * 1024;
/** A line for a guess of how much of a file is in use, until its lines have been looked at. */
const USUAL_LINE_BYTES = 256;
/** Less in use than this share, and the rest is moved so that the file can go. */
const SPARSE = 0.25;
/** More in use than this share, and moving it would win little: the lines are longer than was guessed. */
const DENSE = 0.5;
const FIRST_READ_BYTES = 1024;

interface Segment {
  bytes: number;
  /** Lines that a trail refers to. */
  live: number;
  /** How long one of them is, for a guess. */
  lineBytes: number;
}

/** A line that is in use. */
interface UsedLine {
  readonly place: number;
  readonly bytes: Buffer;
}

export class EventSegments {
  readonly #folder: string;
  readonly #segments = new Map<number, Segment>();
  readonly #segmentBytes: number;
  #current = 0;
  #handle: number | undefined;
  readonly #readers = new Map<number, number>();

  /** Creates the folder when missing; throws the system's error. */
  constructor(folder: string, segmentBytes = SEGMENT_BYTES) {
    this.#folder = folder;
    this.#segmentBytes = segmentBytes;
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      const number = Number(NAME.exec(name)?.[1] ?? 0);
      if (number === 0) continue;
      this.#segments.set(number, createSegment(this.#sizeOf(number)));
      this.#current = Math.max(this.#current, number);
    }
  }

  get bytes(): number {
    let sum = 0;
    for (const { bytes } of this.#segments.values()) sum += bytes;
    return sum;
  }

  /** Where the next line goes. */
  get end(): number {
    return this.#current * PLACES_A_FILE + (this.#segments.get(this.#current)?.bytes ?? 0);
  }

  /** Appends whole lines and answers the first one's place; throws the system's error and leaves nothing of them. */
  append(lines: Uint8Array): number {
    const [segment, handle] = this.#open();
    const start = segment.bytes;
    try {
      for (let done = 0; done < lines.length;) {
        done += writeSync(handle, lines, done, lines.length - done, start + done);
      }
    } catch (err) {
      ftruncateSync(handle, start);
      throw err;
    }
    segment.bytes += lines.length;
    return this.#current * PLACES_A_FILE + start;
  }

  /** Counts `change` more references to the line. */
  refer(place: number, change: number): void {
    const segment = this.#segments.get(Math.floor(place / PLACES_A_FILE));
    if (segment !== undefined) segment.live += change;
  }

  /** The files and how many references each has, in turn. */
  references(): number[] {
    return [...this.#segments].flatMap(([number, { live }]) => [number, live]);
  }

  /** Takes over what `references` gave. */
  setReferences(references: readonly number[]): void {
    for (let at = 0; at < references.length; at += 2) {
      const segment = this.#segments.get(references[at] ?? 0);
      if (segment !== undefined) segment.live = references[at + 1] ?? 0;
    }
  }

  /** The line at the place; undefined when it is gone. */
  read(place: number): EventLine | undefined {
    const text = this.#readText(place);
    return text === undefined ? undefined : readEventLine(text);
  }

  /** Calls back with every line from the place on that was appended there first, in order. */
  scan(from: number, visit: (place: number, line: EventLine) => void): void {
    const numbers = [...this.#segments.keys()].sort((left, right) => left - right);
    for (const number of numbers) {
      const base = number * PLACES_A_FILE;
      if (base + PLACES_A_FILE <= from) continue;
      this.#scanOne(number, Math.max(0, from - base), (offset, bytes) => {
        if (bytes[0] === MOVED) return;
        const line = readEventLine(bytes.toString('latin1'));
        if (line !== undefined) visit(base + offset, line);
      });
    }
  }

  /** The files that nothing refers to. */
  findDead(): number[] {
    return [...this.#segments]
      .filter(([number, { live }]) => live <= 0 && number !== this.#current)
      .map(([number]) => number);
  }

  /** A file of which little is in use; undefined for none. */
  findSparse(): number | undefined {
    for (const [number, { live, bytes, lineBytes }] of this.#segments) {
      if (number === this.#current || live <= 0) continue;
      if (live * lineBytes < bytes * SPARSE) return number;
    }
    return undefined;
  }

  /**
   * Copies the lines of the file that are still referred to to the end, unless they are most of it; `isUsed` says which;
   * answers old and new places. Throws the system's error.
   */
  moveLines(number: number, isUsed: (place: number, id: string) => boolean): Map<number, number> {
    const moved = new Map<number, number>();
    const segment = this.#segments.get(number);
    if (segment === undefined) return moved;
    const used = this.#findUsed(number, isUsed);
    const usedBytes = used.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (usedBytes > segment.bytes * DENSE) {
      segment.lineBytes = usedBytes / used.length;
      return moved;
    }
    // the references may have been counted too high; what was looked at is right
    segment.live = used.length;
    for (const { place, bytes } of used) {
      const line = Buffer.concat([Buffer.from([MOVED]), bytes, Buffer.from([NEWLINE])]);
      moved.set(place, this.append(line) + 1);
    }
    return moved;
  }

  #findUsed(number: number, isUsed: (place: number, id: string) => boolean): UsedLine[] {
    const base = number * PLACES_A_FILE;
    const used: UsedLine[] = [];
    this.#scanOne(number, 0, (offset, line) => {
      const mark = line[0] === MOVED ? 1 : 0;
      const place = base + offset + mark;
      const bytes = line.subarray(mark);
      const read = readEventLine(bytes.toString('latin1'));
      if (read !== undefined && isUsed(place, read.alarmId)) used.push({ place, bytes });
    });
    return used;
  }

  close(): void {
    if (this.#handle !== undefined) closeSync(this.#handle);
    this.#handle = undefined;
    for (const handle of this.#readers.values()) closeSync(handle);
    this.#readers.clear();
  }

  #open(): readonly [Segment, number] {
    const current = this.#segments.get(this.#current);
    if (current !== undefined && this.#handle !== undefined && current.bytes < this.#segmentBytes) {
      return [current, this.#handle];
    }
    // after a start the last file may end in half a line: it is left as it is
    const number = this.#current + 1;
    const handle = openSync(this.#pathOf(number), 'w');
    if (this.#handle !== undefined) closeSync(this.#handle);
    const segment = createSegment(0);
    this.#handle = handle;
    this.#segments.set(number, segment);
    this.#current = number;
    return [segment, handle];
  }

  #readText(place: number): string | undefined {
    const number = Math.floor(place / PLACES_A_FILE);
    const offset = place - number * PLACES_A_FILE;
    const handle = this.#readerOf(number);
    if (handle === undefined) return undefined;
    for (let length = FIRST_READ_BYTES; ; length *= 8) {
      const bytes = Buffer.alloc(length);
      const read = readSync(handle, bytes, 0, length, offset);
      const end = bytes.subarray(0, read).indexOf(NEWLINE);
      if (end >= 0) return bytes.toString('latin1', 0, end);
      if (read < length) return undefined;
    }
  }

  #readerOf(number: number): number | undefined {
    const known = this.#readers.get(number);
    if (known !== undefined) return known;
    try {
      const handle = openSync(this.#pathOf(number), 'r');
      for (const [other, open] of this.#readers) {
        if (this.#readers.size < 32) break;
        closeSync(open);
        this.#readers.delete(other);
      }
      this.#readers.set(number, handle);
      return handle;
    } catch (err) {
      if (isMissing(err)) return undefined;
      throw err;
    }
  }

  #scanOne(number: number, from: number, visit: (offset: number, line: Buffer) => void): void {
    const bytes = readFileSync(this.#pathOf(number));
    for (let start = from; start < bytes.length;) {
      const end = bytes.indexOf(NEWLINE, start);
      if (end < 0) return;
      visit(start, bytes.subarray(start, end));
      start = end + 1;
    }
  }

  remove(number: number): void {
    const handle = this.#readers.get(number);
    if (handle !== undefined) closeSync(handle);
    this.#readers.delete(number);
    rmSync(this.#pathOf(number), { force: true });
    this.#segments.delete(number);
  }

  #sizeOf(number: number): number {
    const handle = openSync(this.#pathOf(number), 'r');
    const { size } = fstatSync(handle);
    closeSync(handle);
    return size;
  }

  #pathOf(number: number): string {
    return join(this.#folder, `${String(number).padStart(9, '0')}.events`);
  }
}

function createSegment(bytes: number): Segment {
  return { bytes, live: 0, lineBytes: USUAL_LINE_BYTES };
}
