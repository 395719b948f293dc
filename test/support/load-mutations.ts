// Arbitrary damage to bytes and JSON values, for tests that feed a product what no well-behaved program writes.

import fc from 'fast-check';

/** One change of a text or file: at `at` (a share of its length) `removed` bytes give way to `inserted`. */
interface Edit {
  readonly at: number;
  readonly removed: number;
  readonly inserted: Uint8Array;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(2000)),
  inserted: fc.oneof(
    fc.constantFrom(...['"', '{', '}', '[', ']', ',', '\\', '\u0000', '-', 'e9']).map(bytesOf),
    fc.uint8Array({ maxLength: 4 }),
  ),
});

/** The bytes of `good` with one to five pieces removed, replaced or inserted; perhaps cut off. */
export function damagedBytes(good: Uint8Array): fc.Arbitrary<Buffer> {
  const edits = fc.array(edit, { minLength: 1, maxLength: 5 });
  return fc
    .tuple(edits, fc.option(fc.double({ min: 0, max: 1, noNaN: true })))
    .map(([list, cut]) => {
      let bytes = Buffer.from(good);
      for (const { at, removed, inserted } of list) {
        const start = Math.floor(at * bytes.length);
        const rest = bytes.subarray(start + removed);
        bytes = Buffer.concat([bytes.subarray(0, start), inserted, rest]);
      }
      return cut === null ? bytes : bytes.subarray(0, Math.floor(cut * bytes.length));
    });
}

const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(null, '', 0, -1, 0.5, 1e300, 2 ** 53, true, [], {}, [[]], '\u0000'),
  fc.constantFrom<unknown>(':1', ':0', ':99', '!', ',', '0.0.0.0/0', '::1', '::/0', 'ANY', '!ANY'),
  fc.constantFrom<unknown>('\ud800', 'x'.repeat(100_000), '__proto__', '2026-02-30T25:61:61Z'),
  fc.constantFrom<unknown>('10.0.0.1', 'HOME_NET', 'TCP', 'DST_IP', '1,!2', 'another text'),
  fc.nat(10),
  fc.integer(),
  fc.string(),
);

/** The JSON text of `good` with one to three of its values replaced, renamed, removed or given a `__proto__`. */
export function damagedJson(good: unknown): fc.Arbitrary<string> {
  const change = fc.record({
    pick: fc.nat(),
    kind: fc.constantFrom('replace', 'replace', 'replace', 'rename', 'remove', 'prototype'),
    value: oddValue,
  });
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    let text = JSON.stringify(good);
    for (const { pick, kind, value } of changes) {
      const places = countPlaces(JSON.parse(text));
      text = changePlace(text, pick % Math.max(1, places), (key) =>
        changedMember(kind, key, value),
      );
    }
    return text;
  });
}

/** The JSON text of `good` with one of its plain values in the place of another one of the same type. */
export function swappedJson(good: unknown): fc.Arbitrary<string> {
  const leaves: unknown[] = [];
  const text = JSON.stringify(good, (_, value: unknown) => {
    if (typeof value !== 'object') leaves.push(value);
    return value;
  });
  return fc.tuple(fc.nat(), fc.nat()).map(([from, to]) => {
    let place = -1;
    const target = to % leaves.length;
    const alike = leaves.filter((leaf) => typeof leaf === typeof leaves[target]);
    return JSON.stringify(JSON.parse(text), (_, value: unknown) => {
      if (typeof value === 'object') return value;
      place += 1;
      return place === target ? alike[from % alike.length] : value;
    });
  });
}

type Change = 'replace' | 'rename' | 'remove' | 'prototype';

/** The text of the member `key` after the change; undefined leaves the value, null removes the member. */
function changedMember(kind: Change, key: string, value: unknown): ChangedMember {
  switch (kind) {
    case 'replace':
      return { key, value };
    case 'rename':
      return { key: `${key}x` };
    case 'remove':
      return null;
    case 'prototype':
      return { key: '__proto__', value };
  }
}

type ChangedMember = { readonly key: string; readonly value?: unknown } | null;

function countPlaces(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, item) => sum + 1 + countPlaces(item), 0);
}

/** Writes JSON text by hand: an object cannot hold the key `__proto__` as JSON can. */
function changePlace(text: string, index: number, change: (key: string) => ChangedMember): string {
  let place = -1;
  const write = (value: unknown): string => {
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const members: string[] = [];
    for (const [key, item] of Object.entries(value)) {
      place += 1;
      const changed = place === index ? change(key) : { key };
      if (changed === null) {
        place += countPlaces(item);
        continue;
      }
      const content = 'value' in changed ? JSON.stringify(changed.value) : write(item);
      members.push(Array.isArray(value) ? content : `${JSON.stringify(changed.key)}:${content}`);
    }
    return Array.isArray(value) ? `[${members.join(',')}]` : `{${members.join(',')}}`;
  };
  return write(JSON.parse(text));
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}
