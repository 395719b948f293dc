/** One entry of a comma list; `negated` when it was written with a leading `!`. */
export interface ListEntry<Value> {
  readonly negated: boolean;
  readonly value: Value;
}

/** Splits a comma list; blanks around entries and after `!` are dropped (SPEC §2). */
export function splitList(text: string): ListEntry<string>[] {
  return text.split(',').map((part) => {
    const entry = part.trim();
    return entry.startsWith('!')
      ? { negated: true, value: entry.slice(1).trim() }
      : { negated: false, value: entry };
  });
}

/** Evaluates a list left to right (SPEC §2): the first entry that holds decides, else whether any was negated. */
export function matchesList<Value, Tested>(
  entries: readonly ListEntry<Value>[],
  tested: Tested,
  holds: (value: Value, tested: Tested) => boolean,
): boolean {
  let matches = false;
  for (const { negated, value } of entries) {
    if (holds(value, tested)) return !negated;
    if (negated) matches = true;
  }
  return matches;
}
