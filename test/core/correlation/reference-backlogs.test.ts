// The backlog files that dsiem-rs wrote, and files made by hand that show which keys its reader needs (SPEC §10).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { offerInputs, type OfferReport } from '../../../core/correlation/offer-inputs.ts';
import type { Backlog } from '../../../core/correlation/backlog.ts';
import { saveBacklog } from '../../../core/correlation/saved-backlog.ts';
import type { Directive } from '../../../core/directive/directive.ts';
import type { DirectiveSource } from '../../../core/directive/directive-source.ts';
import { restoreBacklogs, type RestoredFile } from '../../../state/restore-backlogs.ts';
import {
  conformanceFolder,
  present,
  skipWithoutFolder,
} from '../../conformance/conformance-folder.ts';
import {
  compile,
  compileRules,
  createContext,
  createEvent,
  createRule,
  open,
  START,
  type EventFields,
} from '../../support/correlation-bed.ts';

const folder = conformanceFolder();
const skip = skipWithoutFolder(folder, 'backlog files of the reference');
const context = createContext({}, [
  { name: 'office', cidr: '10.0.0.0/8', value: 2 },
  { name: 'office v6', cidr: 'fd00::/8', value: 2 },
  { name: 'web-v6', cidr: 'fd00::80', value: 5 },
]);

type Item = Record<string, unknown>;

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- recordings of known shapes
function read<Content>(name: string): Content {
  return parse(readFileSync(join(present(folder), 'wire', name), 'utf8'));
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as above
function parse<Content>(text: string): Content {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- as above
  const content: Content = JSON.parse(text);
  return content;
}

function directiveOf(id: number): Directive {
  const { directives } = read<{ directives: DirectiveSource[] }>('saved/directives.json');
  const source = directives.find((candidate) => candidate.id === id);
  assert.ok(source !== undefined);
  return compile(source);
}

function load(name: string): RestoredFile {
  const items = read<unknown[]>(`saved/${name}.json`);
  const restored = restoreBacklogs(items, directiveOf(Number(name.slice(0, 4))), context);
  assert.deepEqual([...restored.rejected.keys()], []);
  assert.equal(restored.backlogs.length, items.length);
  return restored;
}

/** The time of the recording, Unix seconds. */
const RECORDED = 1_795_529_170;

function offer(backlog: Backlog | undefined, ...events: EventFields[]): OfferReport {
  assert.ok(backlog !== undefined);
  const inputs = events.map((fields, sequence) => ({
    ...{ sequence, now: RECORDED },
    event: createEvent({ at: RECORDED - START, ...fields }),
  }));
  return offerInputs(backlog, inputs, context);
}

describe('a backlog file of the reference goes on', { skip }, () => {
  it('with its sticky texts and event ids (9201)', () => {
    const [backlog] = load('9201').backlogs;
    const event = { plugin_id: 9201, plugin_sid: 3, src_ip: '203.0.113.10' };
    const report = offer(
      backlog,
      ...['Root', 'admin, "x"', '', 'guest', 'third'].map((text) => ({
        ...event,
        custom_data1: text,
      })),
    );
    assert.deepEqual(report.consumed, [4]);
    assert.equal(backlog?.end, 'complete');
    assert.deepEqual([backlog.risk, backlog.createdTime], [1, 1795529169]);
  });

  it('with a title whose addresses were resolved, references proven and sticky ports (9202)', () => {
    const { backlogs, unproven } = load('9202');
    const [backlog] = backlogs;
    assert.equal(backlog?.title, 'saved IPv6 from 2001:db8::1 to web-v6');
    assert.deepEqual([backlog.stage, unproven], [3, []]);
    const event = { plugin_id: 9202, plugin_sid: 3, src_ip: '2001:DB8::1', dst_ip: 'fd00::9' };
    const report = offer(
      backlog,
      ...[1, 65535, 2].map((dst_port) => ({ ...event, dst_port })),
      { ...event, src_ip: '2001:db8::2', dst_port: 3 },
      { ...event, dst_ip: 'fd00::1', dst_port: 4 },
    );
    // the first entry that contains the address decides, so !fd00::1 after fd00::/8 excludes nothing
    assert.deepEqual(report.consumed, [2, 4]);
  });

  it('without references that its file does not prove, which is told (9203)', () => {
    const { backlogs, unproven } = load('9203');
    assert.deepEqual(unproven, ['DqYRtixBx', 'uJnbbfGC5']);
    const deny = { product: 'Firewall', category: 'Deny', subcategory: 'TCP', protocol: 'TCP' };
    const event = { ...deny, src_ip: '203.0.113.10', custom_data2: 'block-1' };
    for (const backlog of backlogs) assert.deepEqual(offer(backlog, event).consumed, []);
  });

  it('without an alarm yet, and gets one when its risk allows (9204)', () => {
    const [backlog] = load('9204').backlogs;
    assert.deepEqual([backlog?.createdTime, backlog?.stage], [0, 2]);
    const event = { plugin_id: 9204, plugin_sid: 2 };
    const { effects } = offer(backlog, event, { ...event, dst_ip: 'fd00::80' });
    const records = effects.flatMap((effect) =>
      effect.type === 'update-alarm' ? [effect.record] : [],
    );
    assert.deepEqual(
      records.map(({ risk, created_time }) => [risk, created_time]),
      [[1, RECORDED]],
    );
  });

  it('with what look-ups found (9205)', () => {
    // all its rules are always active: the second file is in stage 3, so that stage 2 takes both events
    const consumed = { '9205': [1], '9205-after-second-stop': [0, 1] };
    for (const [name, positions] of Object.entries(consumed)) {
      const { backlogs, effects } = load(name);
      const saved = read<{ intel_hits?: unknown }[]>(`saved/${name}.json`)[0]?.intel_hits;
      const [resumed] = effects;
      assert.ok(resumed?.type === 'resume-alarm');
      assert.deepEqual(resumed.findings.intelHits, saved ?? []);
      const sids = [2, 4].map((plugin_sid) => ({
        plugin_id: 9205,
        plugin_sid,
        dst_ip: 'fd00::80',
      }));
      assert.equal(backlogs.length, 1);
      assert.deepEqual(offer(backlogs[0], ...sids).consumed, positions);
    }
  });

  it('and is saved again as a file of ours that loads', () => {
    for (const name of ['9201', '9202', '9203', '9204', '9205']) {
      const saved = load(name).backlogs.map((backlog): unknown =>
        JSON.parse(JSON.stringify(saveBacklog(backlog, undefined, context))),
      );
      const again = restoreBacklogs(saved, directiveOf(Number(name)), context);
      assert.deepEqual([again.backlogs.length, again.rejected.size], [saved.length, 0]);
    }
  });
});

// What the reference takes over and we do not, or the other way round.
const DIFFERENCES: Readonly<Record<string, string>> = {
  'alarm_id empty': 'an alarm without id cannot be told from others: it is set aside',
};

interface Variant {
  readonly what: string;
  readonly taken_over: boolean;
  readonly counted_ports: readonly number[];
}

const KEY_RULES = [
  createRule(1),
  createRule(2, { occurrence: 9, sticky_different: 'SRC_PORT', timeout: 600 }),
];

/** A backlog of ours as the reference's variants have it: port 7 is a sticky value already. */
function createKeysItem(): Item & { rules: Item[] } {
  const { backlog, offer: offerTo } = open(compileRules(KEY_RULES), { at: 0 });
  offerTo({ plugin_sid: 2, src_port: 7 });
  return parse(JSON.stringify(saveBacklog(backlog, undefined, createContext())));
}

/** The same as the reference would write it, changed as its variant says. */
function createVariant(what: string): Item {
  const item = createKeysItem();
  const [, second] = item.rules;
  assert.ok(second !== undefined);
  Reflect.deleteProperty(item, 'dsiem_ts');
  const [, stageKey] = /^stage 2 without (\w+)$/.exec(what) ?? [];
  const [, key] = /^without (\w+)$/.exec(what) ?? [];
  if (stageKey !== undefined) Reflect.deleteProperty(second, stageKey);
  if (key !== undefined) Reflect.deleteProperty(item, key);
  const sticky = { sdiff_string: [], sdiff_int: [7], x: [1] };
  const changes: Readonly<Record<string, { readonly item?: Item; readonly rule?: Item }>> = {
    'null for saved_sticky_diffdata': { rule: { saved_sticky_diffdata: null } },
    'unknown keys in the backlog': { item: { x: 1 } },
    'unknown keys in a rule': { rule: { x: { y: 1 } } },
    'unknown keys in saved_sticky_diffdata': { rule: { saved_sticky_diffdata: sticky } },
    'risk_class empty, created_time 0, risk 0': {
      item: { risk_class: '', created_time: 0, risk: 0 },
    },
    'plugin_sid 0-length in no rule; end_time 0; status empty': {
      rule: { end_time: 0, status: '' },
    },
    'alarm_id of 12 characters': { item: { alarm_id: 'abcdefghijkl' } },
    'an IPv6 address in capitals': { item: { dst_ips: ['FD00:0::1'] } },
    'the network 10.0.0.1/8 (host bits)': { item: { networks: ['10.0.0.1/8'] } },
  };
  Object.assign(item, changes[what]?.item);
  Object.assign(second, changes[what]?.rule);
  return item;
}

describe('a file with the keys that the reference needs', { skip }, () => {
  const variants = skip === false ? read<Variant[]>('saved-keys.json') : [];
  for (const { what, taken_over: takenOver, counted_ports: ports } of variants) {
    if (!takenOver || what in DIFFERENCES) continue;
    it(`is taken over by us too: ${what}`, () => {
      const { backlogs, rejected } = restoreBacklogs(
        [createVariant(what)],
        compileRules(KEY_RULES),
        createContext(),
      );
      assert.deepEqual([...rejected.keys()], []);
      const [backlog] = backlogs;
      assert.ok(backlog !== undefined);
      const counted = [7, 8].filter((src_port, sequence) => {
        const event = createEvent({ plugin_sid: 2, src_port });
        const inputs = [{ sequence, now: START, event }];
        return offerInputs(backlog, inputs, createContext()).consumed.length > 0;
      });
      assert.deepEqual(counted, ports);
    });
  }

  it('has every key without which the reference does not take a file over', () => {
    const item = createKeysItem();
    const [, second = {}] = item.rules;
    for (const { what, taken_over: takenOver } of variants) {
      if (takenOver) continue;
      const [, stageKey] = /^stage 2 without (\w+)$/.exec(what) ?? [];
      const [, key] = /^without (\w+)$/.exec(what) ?? [];
      if (stageKey !== undefined) assert.ok(stageKey in second, what);
      if (key !== undefined) assert.ok(key in item, what);
    }
    assert.deepEqual(second['saved_sticky_diffdata'], { sdiff_string: [], sdiff_int: [7] });
  });
});
