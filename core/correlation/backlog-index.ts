import { compileKeyText } from '../directive/correlation-key.ts';
import type { RuleSet } from '../directive/directive.ts';
import type { FirstEvent } from '../event/first-event.ts';
import type { Input } from './advance.ts';

/** Consecutive inputs of a batch that the same backlogs can consume, with their positions in it. */
export interface InputGroup<Member extends Input> {
  readonly key: string | undefined;
  readonly inputs: readonly Member[];
  readonly positions: readonly number[];
}

/** The live backlogs of one rule set by their correlation key: which of them can consume an event (DESIGN §2 step 3). */
export class BacklogIndex<Item> {
  readonly ruleSet: RuleSet;
  readonly #keyText: ((event: FirstEvent) => string | undefined) | undefined;
  readonly #byKey = new Map<string, Set<Item> | Item>();
  /** Items whose key is not known, or all where the rule set has no key. */
  readonly #unkeyed = new Set<Item>();

  constructor(ruleSet: RuleSet) {
    this.ruleSet = ruleSet;
    this.#keyText = ruleSet.keyFields.length === 0 ? undefined : compileKeyText(ruleSet.keyFields);
  }

  isEmpty(): boolean {
    return this.#byKey.size === 0 && this.#unkeyed.size === 0;
  }

  /** The key of a backlog by the first event of its stage 1. */
  keyOf(first: FirstEvent | undefined): string | undefined {
    return first === undefined ? undefined : this.#keyText?.(first);
  }

  add(key: string | undefined, item: Item): void {
    if (key === undefined) {
      this.#unkeyed.add(item);
      return;
    }
    const present = this.#byKey.get(key);
    if (present === undefined) this.#byKey.set(key, item);
    else if (present instanceof Set) present.add(item);
    else this.#byKey.set(key, new Set([present, item]));
  }

  remove(key: string | undefined, item: Item): void {
    if (key === undefined) {
      this.#unkeyed.delete(item);
      return;
    }
    const present = this.#byKey.get(key);
    if (!(present instanceof Set)) {
      if (present === item) this.#byKey.delete(key);
      return;
    }
    present.delete(item);
    if (present.size === 0) this.#byKey.delete(key);
  }

  /** Calls `visit` with every backlog that can consume events of any key: offer it a batch whole, it must see it in order. */
  forEachUnkeyed(visit: (item: Item) => void): void {
    for (const item of this.#unkeyed) visit(item);
  }

  /** Calls `visit` with every backlog of this key; the unkeyed ones can consume its events too. */
  forEachKeyed(key: string | undefined, visit: (item: Item) => void): void {
    const present = key === undefined ? undefined : this.#byKey.get(key);
    if (present === undefined) return;
    if (present instanceof Set) for (const item of present) visit(item);
    else visit(present);
  }

  /** The batch by correlation key, groups in the order of their first inputs; one group where there is no key. */
  group<Member extends Input>(inputs: readonly Member[]): readonly InputGroup<Member>[] {
    const keyText = this.#keyText;
    const [only] = inputs;
    if (keyText === undefined || only === undefined || inputs.length === 1) {
      const key = only === undefined ? undefined : keyText?.(only.event);
      return [{ key, inputs, positions: [...inputs.keys()] }];
    }
    const groups = new Map<string | undefined, { inputs: Member[]; positions: number[] }>();
    for (const [position, input] of inputs.entries()) {
      const key = keyText(input.event);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { inputs: [input], positions: [position] });
      else {
        group.inputs.push(input);
        group.positions.push(position);
      }
    }
    return [...groups].map(([key, group]) => ({ key, ...group }));
  }
}
