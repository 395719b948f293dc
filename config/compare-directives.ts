import type { ConfiguredDirective } from './configuration.ts';

/** How the enabled directives of two configurations differ, by id; `renamed` ones may differ otherwise too. */
export interface DirectiveDifferences {
  readonly added: readonly ConfiguredDirective[];
  readonly changed: readonly ConfiguredDirective[];
  readonly renamed: readonly ConfiguredDirective[];
  /** As they were before. */
  readonly removed: readonly ConfiguredDirective[];
  readonly unchanged: number;
}

/** Compares what the files say, whatever their order, layout and file. */
export function compareDirectives(
  before: readonly ConfiguredDirective[],
  after: readonly ConfiguredDirective[],
): DirectiveDifferences {
  const old = new Map(before.map((configured) => [configured.source.id, configured]));
  const ids = new Set(after.map(({ source }) => source.id));
  const added: ConfiguredDirective[] = [];
  const changed: ConfiguredDirective[] = [];
  const renamed: ConfiguredDirective[] = [];
  for (const configured of after) {
    const previous = old.get(configured.source.id);
    if (previous === undefined) added.push(configured);
    else if (previous.source.name !== configured.source.name) renamed.push(configured);
    else if (!isSame(previous.source, configured.source)) changed.push(configured);
  }
  return {
    ...{ added, changed, renamed },
    removed: before.filter(({ source }) => !ids.has(source.id)),
    unchanged: after.length - added.length - changed.length - renamed.length,
  };
}

function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object') return false;
  if (left === null || right === null || Array.isArray(left) !== Array.isArray(right)) return false;
  const [leftEntries, rightEntries] = [Object.entries(left), new Map(Object.entries(right))];
  return (
    leftEntries.length === rightEntries.size &&
    leftEntries.every(
      ([key, value]) => rightEntries.has(key) && isSame(value, rightEntries.get(key)),
    )
  );
}
