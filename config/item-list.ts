import { placed, type ConfigurationFault } from './configuration-fault.ts';
import type { ConfigurationText } from './configuration.ts';
import { LIST_KEYS, type FileKind } from './file-kind.ts';
import { createLocator, readJson, type Position } from './json-text.ts';
import { isList, valueAt, type JsonPath } from './json-value.ts';

/** One entry of a file's list, not yet checked. */
export interface Item {
  readonly file: string;
  /** From 0. */
  readonly index: number;
  readonly value: unknown;
  /** The place of a value within the item. */
  readonly locate: (path: JsonPath) => Position | undefined;
}

/** The entries of one file, or why there are none. */
export interface ItemList {
  readonly items: readonly Item[];
  readonly faults: readonly ConfigurationFault[];
}

/** Reads the list that a file of this kind holds. */
export function readItems(kind: FileKind, { name: file, text }: ConfigurationText): ItemList {
  const reading = readJson(text);
  if (!reading.ok) {
    const { problem, position } = reading;
    return { items: [], faults: [{ file, problem, ...placed(position) }] };
  }
  const key = LIST_KEYS[kind];
  const locateInFile = createLocator(text);
  const list = valueAt(reading.value, [key]);
  if (!isList(list)) {
    const problem = `must hold an object with a list named ${key}`;
    return { items: [], faults: [{ file, problem, ...placed(locateInFile([key])) }] };
  }
  const items = list.map((value, index) => ({
    file,
    index,
    value,
    locate: (path: JsonPath) => locateInFile([key, index, ...path]),
  }));
  return { items, faults: [] };
}

/** How reports name an item without an id of its own: `asset 2 (db01)`. */
export function describeItem(noun: string, { index, value }: Item): string {
  const name = valueAt(value, ['name']);
  const label = typeof name === 'string' && name !== '' ? ` (${name})` : '';
  return `${noun} ${String(index + 1)}${label}`;
}
