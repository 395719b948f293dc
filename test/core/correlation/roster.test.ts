// How a manager finds its backlogs: by deadline, by how far they got, by correlation key.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { BacklogIndex } from '../../../core/correlation/backlog-index.ts';
import { compareAdvancement } from '../../../core/correlation/eviction.ts';
import { Heap } from '../../../core/correlation/heap.ts';
import { Roster, type RosterEntry } from '../../../core/correlation/roster.ts';
import {
  compileRules,
  createEvent,
  createRule,
  open,
  START,
} from '../../support/correlation-bed.ts';
import { trials } from '../../support/trials.ts';

const directive = compileRules([createRule(1), createRule(2, { from: ':1', occurrence: 9 })]);

describe('a heap', () => {
  it('gives its entries in order, whatever is added and taken in between', () => {
    const operations = fc.array(fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constant('take')));
    fc.assert(
      fc.property(operations, (steps) => {
        const heap = new Heap<number>((left, right) => left - right);
        let sorted: number[] = [];
        for (const step of steps) {
          if (typeof step === 'number') {
            heap.add(step);
            sorted = [...sorted, step].sort((left, right) => left - right);
          } else {
            assert.equal(heap.takeFirst(), sorted.shift());
          }
          assert.equal(heap.first(), sorted[0]);
          assert.equal(heap.size, sorted.length);
        }
      }),
      { numRuns: trials(3_000) },
    );
  });
});

describe('which backlog got least far', () => {
  const place = (stage: number, counted: number, sequence: number): typeof first => ({
    ...{ stage, counted, sequence },
  });
  const first = { stage: 2, counted: 3, sequence: 5 };
  const rows: readonly [string, { stage: number; counted: number; sequence: number }, number][] = [
    ['the one with fewer stages finished, however many events it counted', place(3, 0, 1), -1],
    ['then the one with fewer events counted in its stage, however old', place(2, 4, 1), -1],
    ['then the oldest', place(2, 3, 6), -1],
    ['a younger one stays', place(2, 3, 4), 1],
  ];
  for (const [what, other, sign] of rows) {
    it(what, () => {
      assert.equal(Math.sign(compareAdvancement(first, other)), sign);
      assert.equal(Math.sign(compareAdvancement(other, first)), -sign);
    });
  }
});

/** Of events: the roster only keeps them. */
const TIMES = { opened: 0, last: 0 };

interface Stand {
  deadline: number;
  stage: number;
  counted: number;
}

function addTo(roster: Roster<number>, ref: number, stand: Stand): RosterEntry<number> {
  const { backlog } = open(directive, { src_ip: `10.0.0.${String(ref % 250)}` });
  const alarmId = `alarm${String(ref)}`;
  roster.add({ ...backlog, alarmId, sequence: ref }, ref, { ...TIMES, ended: false, ...stand });
  const entry = [...roster.entries()].at(-1);
  assert.ok(entry !== undefined);
  return entry;
}

/** The change of a backlog, which never loses what it has reached. */
function advance(old: Stand | undefined, change: Stand): Stand {
  if (old === undefined || change.stage > old.stage) return change;
  return { ...old, deadline: change.deadline, counted: Math.max(old.counted, change.counted) };
}

describe('a roster', () => {
  it('has due exactly the backlogs whose deadline is before now', () => {
    const roster = new Roster<number>(directive.ruleSet);
    assert.equal(roster.soonestDeadline, Number.POSITIVE_INFINITY);
    for (const deadline of [30, 10, 20])
      addTo(roster, deadline, { deadline, stage: 2, counted: 0 });
    assert.equal(roster.soonestDeadline, 10);
    assert.deepEqual(roster.due(10), []);
    assert.deepEqual(
      roster.due(30).map(({ ref }) => ref),
      [10, 20],
    );
  });

  it('answers as a plain list does after any changes', () => {
    const stand = fc.record({
      deadline: fc.integer({ min: 0, max: 20 }),
      stage: fc.integer({ min: 2, max: 4 }),
      counted: fc.integer({ min: 0, max: 3 }),
    });
    const step = fc.oneof(
      fc.record({ do: fc.constant('add' as const), stand }),
      fc.record({ do: fc.constant('update' as const), stand, pick: fc.nat() }),
      fc.record({ do: fc.constant('end' as const), stand, pick: fc.nat() }),
      fc.record({ do: fc.constant('due' as const), now: fc.integer({ min: 0, max: 22 }) }),
      fc.record({ do: fc.constant('least' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const roster = new Roster<number>(directive.ruleSet);
        const live = new Map<RosterEntry<number>, Stand>();
        let added = 0;
        const end = (entry: RosterEntry<number>): void => {
          roster.update(entry, { ...TIMES, ended: true, deadline: 0, stage: 2, counted: 0 });
          live.delete(entry);
        };
        for (const one of steps) {
          const all = [...live.keys()];
          const picked = 'pick' in one ? all[one.pick % Math.max(1, all.length)] : undefined;
          if (one.do === 'add') live.set(addTo(roster, (added += 1), one.stand), one.stand);
          else if (one.do === 'update' && picked !== undefined) {
            const stand = advance(live.get(picked), one.stand);
            roster.update(picked, { ...TIMES, ended: false, ...stand });
            live.set(picked, stand);
          } else if (one.do === 'end' && picked !== undefined) end(picked);
          else if (one.do === 'due') {
            const due = all.filter((entry) => (live.get(entry)?.deadline ?? 0) < one.now);
            const found = roster.due(one.now);
            assert.deepEqual(new Set(found), new Set(due));
            assert.equal(found.length, due.length);
            // what is due ends: its manager sees to that
            for (const entry of found) end(entry);
          } else if (one.do === 'least') {
            const least = all.sort((left, right) =>
              compareAdvancement(
                { ...(live.get(left) ?? left), sequence: left.sequence },
                { ...(live.get(right) ?? right), sequence: right.sequence },
              ),
            )[0];
            assert.equal(roster.leastAdvanced(), least);
          }
          assert.equal(roster.size, live.size);
          const soonest = Math.min(...[...live.values()].map(({ deadline }) => deadline));
          assert.ok(roster.soonestDeadline <= soonest);
        }
      }),
      { numRuns: trials(3_000) },
    );
  });

  it('keeps backlogs of other rules in an index of their own', () => {
    const roster = new Roster<number>(directive.ruleSet);
    const other = compileRules([createRule(1), createRule(2, { occurrence: 4 })]);
    for (const [ref, { ruleSet }] of [directive, other, other].entries()) {
      const { backlog } = open(directive);
      const standing = { ...TIMES, ended: false, deadline: START, stage: 2, counted: 0 };
      roster.add({ ...backlog, alarmId: String(ref), ruleSet }, ref, standing);
    }
    assert.deepEqual(
      roster.indexes.map((index) => index.ruleSet),
      [directive.ruleSet, other.ruleSet],
    );
  });
});

describe('an index by correlation key', () => {
  const index = new BacklogIndex<string>(directive.ruleSet);
  const inputs = ['10.0.0.1', '10.0.0.2', '10.0.0.1'].map((src_ip, sequence) => ({
    ...{ sequence, now: START, event: createEvent({ src_ip }) },
  }));
  const visited = (key: string | undefined): string[] => {
    const found: string[] = [];
    index.forEachKeyed(key, (item) => found.push(item));
    return found;
  };

  it('groups a batch by key with the positions in it', () => {
    assert.deepEqual(
      index.group(inputs).map(({ key, positions }) => [key, positions]),
      [
        ['10.0.0.1', [0, 2]],
        ['10.0.0.2', [1]],
      ],
    );
    const only = inputs.slice(1, 2);
    assert.deepEqual(index.group(only), [{ key: '10.0.0.2', inputs: only, positions: [0] }]);
  });

  it('gives the backlogs of a key, however many, and forgets those removed', () => {
    for (const item of ['a', 'b', 'c']) index.add('10.0.0.1', item);
    index.add('10.0.0.2', 'd');
    index.add(undefined, 'e');
    assert.deepEqual([visited('10.0.0.1'), visited('10.0.0.2')], [['a', 'b', 'c'], ['d']]);
    for (const item of ['a', 'c']) index.remove('10.0.0.1', item);
    index.remove('10.0.0.2', 'b');
    assert.deepEqual([visited('10.0.0.1'), visited('10.0.0.2')], [['b'], ['d']]);
    for (const [key, item] of Object.entries({ '10.0.0.1': 'b', '10.0.0.2': 'd' })) {
      index.remove(key, item);
    }
    assert.deepEqual([visited('10.0.0.1'), visited('10.0.0.2'), visited(undefined)], [[], [], []]);
    const unkeyed: string[] = [];
    index.forEachUnkeyed((item) => unkeyed.push(item));
    assert.deepEqual(unkeyed, ['e']);
  });
});
