// What our own nodes tell each other every second on NODES_SUBJECT, as JSON. Unlike peers neither send nor read it.
import type { NumberRange } from './number-ranges.ts';

export type NodeRole = 'frontend' | 'backend';

/** What a node says of itself. */
export interface Announcement {
  readonly role: NodeRole;
  /** The name of --node. */
  readonly node: string;
  /** Drawn at random at each start. */
  readonly epoch: string;
  /** The version of the program. */
  readonly version: string;
  /** It ends in good order: these are its last numbers. */
  readonly isLast: boolean;
  /** Of a frontend: numbers of shared events that NATS has taken (SPEC §11). */
  readonly shared: number;
  /** Of a frontend: the highest number of shared events given out; all of them were published before this was said. */
  readonly given: number;
  /** Of a frontend: numbers of shared events that were refused after all. */
  readonly voided: readonly NumberRange[];
  /** Of a frontend: conn_ids on `dsiem_events` that NATS has taken. */
  readonly plain: readonly NumberRange[];
  /** Of a frontend: the highest conn_id given out. */
  readonly last: number;
  /** Of a backend: whether it is overloaded (SPEC §9). */
  readonly isOverloaded: boolean;
  /** Of a backend: names of the directive files in force. */
  readonly files: readonly string[];
}

/** The text of an announcement. */
export function writeAnnouncement(announcement: Announcement): string {
  const { plain, voided, ...rest } = announcement;
  return JSON.stringify({ ...rest, voided: voided.map(pairOf), plain: plain.map(pairOf) });
}

function pairOf({ first, end }: NumberRange): readonly [number, number] {
  return [first, end];
}

/** The announcement, undefined when the message is none that this version understands. */
export function readAnnouncement(data: Uint8Array): Announcement | undefined {
  const value = parse(Buffer.from(data).toString('utf8'));
  if (value === undefined) return undefined;
  const { role, node, epoch } = value;
  if (role !== 'frontend' && role !== 'backend') return undefined;
  if (typeof node !== 'string' || node === '' || typeof epoch !== 'string') return undefined;
  return {
    ...{ role, node, epoch },
    version: typeof value['version'] === 'string' ? value['version'] : '',
    isLast: value['isLast'] === true,
    shared: readCount(value['shared']),
    given: readCount(value['given']),
    voided: readList(value['voided']).flatMap(readRange),
    plain: readList(value['plain']).flatMap(readRange),
    last: readCount(value['last']),
    isOverloaded: value['isOverloaded'] === true,
    files: readList(value['files']).filter((file) => typeof file === 'string'),
  };
}

type Fields = Readonly<Record<string, unknown>> & {
  readonly role?: unknown;
  readonly node?: unknown;
  readonly epoch?: unknown;
};

function parse(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    return Object.fromEntries(Object.entries(value));
  } catch {
    return undefined;
  }
}

function readList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function readCount(value: unknown): number {
  return Number.isSafeInteger(value) && typeof value === 'number' && value >= 0 ? value : 0;
}

function readRange(value: unknown): NumberRange[] {
  const [first, end] = readList(value).map(readCount);
  return first !== undefined && end !== undefined && first < end ? [{ first, end }] : [];
}
