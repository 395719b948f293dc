import { signal, type Signal } from '@preact/signals';

export interface StoredChoice<Value extends string> {
  readonly value: Signal<Value>;
  /** Changes it and remembers it in this browser. */
  readonly choose: (value: Value) => void;
}

/** A choice that this browser remembers under `key`; `values[0]` until something else was chosen. */
export function createStoredChoice<Value extends string>(
  key: string,
  values: readonly [Value, ...Value[]],
): StoredChoice<Value> {
  const stored = readStored(key);
  const value = signal<Value>(values.find((known) => known === stored) ?? values[0]);
  const choose = (chosen: Value): void => {
    value.value = chosen;
    writeStored(key, chosen);
  };
  return { value, choose };
}

/** What this browser keeps under `key`; null where it keeps nothing or may not. */
export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(`dsiem.${key}`);
  } catch {
    return null;
  }
}

/** Keeps `value` under `key` where the browser lets us. */
export function writeStored(key: string, value: string): void {
  try {
    localStorage.setItem(`dsiem.${key}`, value);
  } catch {
    // A browser that keeps nothing still shows the page.
  }
}
