// Random scenarios for the properties of the engine, and random ways of cutting their inputs into batches.

import fc from 'fast-check';
import type { AssetSource } from '../../core/asset/assets.ts';
import { directivesArbitrary, HOSTS, TAXONOMY } from './directive-arbitraries.ts';
import type { ModelInput, ModelOptions, RawEvent, Scenario } from './model-input.ts';

const START = 1_750_000_000;

const ASSETS: readonly AssetSource[] = [
  { name: 'office', cidr: '10.0.0.0/8', value: 3 },
  { name: 'host one', cidr: '10.0.0.1', value: 5 },
  { name: 'office v6', cidr: 'fd00:10::/32', value: 2 },
  { name: 'internet', cidr: '203.0.113.0/24', value: 4, whitelisted: false },
  { name: 'scanner', cidr: '10.99.0.1/32', value: 1, whitelisted: true },
];

/** Two sets of assets: with everything in HOME_NET or not. */
const assetsArbitrary = fc.constantFrom(
  ASSETS.filter(({ name }) => name !== 'internet'),
  ASSETS,
);

const optionsArbitrary: fc.Arbitrary<ModelOptions> = fc.record({
  discardOorEvents: fc.boolean(),
  minAlarmLifetimeMinutes: fc.constantFrom(0, 0, 0, 1),
  medRiskMin: fc.constantFrom(3, 2),
  medRiskMax: fc.constantFrom(6, 9),
  maxBacklogs: fc.constantFrom(0, 0, 0, 4, 2, 1),
  status: fc.constant('Open'),
  tag: fc.constant('Identified Threat'),
});

const host = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(HOSTS[0], HOSTS[2]) },
  { weight: 8, arbitrary: fc.constantFrom(...HOSTS) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('FD00:0010:0::1', '0.0.0.0', '10.99.0.1', '2001:db8::1'),
  },
);

const sids = fc.record({ plugin_id: fc.constant(1), plugin_sid: fc.constantFrom(1, 2, 2, 3) });

const taxonomy = fc.record(
  {
    product: fc.constantFrom(...TAXONOMY.products),
    category: fc.constantFrom(...TAXONOMY.categories),
    subcategory: fc.constantFrom(...TAXONOMY.subcategories),
  },
  { requiredKeys: ['product', 'category'] },
);

const identification = fc.oneof(
  { weight: 6, arbitrary: sids },
  { weight: 1, arbitrary: taxonomy },
  {
    weight: 2,
    arbitrary: fc.tuple(sids, taxonomy).map(([first, second]) => ({ ...first, ...second })),
  },
);

const customText = fc.constantFrom('', 'alpha', 'Alpha', 'beta', ':beta');

const details = fc.record(
  {
    protocol: fc.constantFrom('TCP', 'UDP', ':udp'),
    src_port: fc.constantFrom(0, 22, 80),
    dst_port: fc.constantFrom(0, 22, 80),
    custom_label1: fc.constantFrom('user', 'host'),
    custom_data1: customText,
    custom_label2: fc.constant('file'),
    custom_data2: customText,
    custom_data3: customText,
  },
  { requiredKeys: [] },
);

/** Seconds between the time of an event and its admission; negative = in the future. */
const age = fc.oneof(
  { weight: 8, arbitrary: fc.constant(0) },
  { weight: 5, arbitrary: fc.integer({ min: -1, max: 2 }) },
  { weight: 2, arbitrary: fc.integer({ min: -3, max: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom(29, 30, 31, 90, 3599, 3601) },
);

/** Seconds since the input before. */
const advance = fc.oneof(
  { weight: 16, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 2 }) },
  { weight: 1, arbitrary: fc.constantFrom(5, 6, 31, 91) },
);

const inputDraft = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant('event' as const),
      advance,
      age,
      millisecond: fc.constantFrom(0, 0, 999),
      repeatedId: fc.option(fc.integer({ min: 1, max: 3 }), { freq: 6 }),
      src_ip: host,
      dst_ip: host,
      identification,
      details,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tick' as const), advance }) },
);

type InputDraft = typeof inputDraft extends fc.Arbitrary<infer Value> ? Value : never;

// The last input is a tick, so that a backlog whose time is over has noticed it at the end.
const inputsArbitrary: fc.Arbitrary<ModelInput[]> = fc
  .array(inputDraft, { minLength: 1, maxLength: 60, size: 'max' })
  .map((drafts) => {
    let now = START;
    const inputs = drafts.map((draft, index): ModelInput => {
      now += draft.advance;
      if (draft.kind === 'tick') return { kind: 'tick', now };
      return { kind: 'event', now, event: eventOf(draft, index, now) };
    });
    return [...inputs, { kind: 'tick', now }];
  });

function eventOf(
  draft: Extract<InputDraft, { kind: 'event' }>,
  index: number,
  now: number,
): RawEvent {
  const { repeatedId, age: seconds, millisecond, src_ip, dst_ip } = draft;
  return {
    event_id: repeatedId === null ? `event-${String(index)}` : `repeated-${String(repeatedId)}`,
    timestamp: new Date((now - seconds) * 1000 + millisecond).toISOString(),
    title: 'event',
    sensor: 'sensor',
    src_ip,
    dst_ip,
    ...draft.identification,
    ...draft.details,
  };
}

/** Directives, assets, options and inputs that collide a lot. */
export const scenarioArbitrary: fc.Arbitrary<Scenario> = fc.record({
  directives: directivesArbitrary,
  assets: assetsArbitrary,
  options: optionsArbitrary,
  inputs: inputsArbitrary,
});

/** How the inputs reach the engine: in batches of these sizes, with everything saved and loaded again after these inputs. */
export interface Parcelling {
  readonly parcels: readonly number[];
  readonly reloadAt: readonly number[];
}

/** Ways of cutting a number of inputs into batches, and points for save-and-reload. */
export const parcellingArbitrary: fc.Arbitrary<(inputs: number) => Parcelling> = fc
  .record({
    sizes: fc.array(fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 40 })), {
      minLength: 1,
      maxLength: 6,
    }),
    reloads: fc.array(fc.nat({ max: 60 }), { maxLength: 3 }),
  })
  .map(({ sizes, reloads }) => {
    const cut = (inputs: number): Parcelling => ({
      parcels: cutInto(sizes, inputs),
      reloadAt: [...new Set(reloads.map((at) => at % inputs))].sort((a, b) => a - b),
    });
    return Object.assign(cut, { toString: () => JSON.stringify({ sizes, reloads }) });
  });

/** Batches of the given sizes, over and over, until all inputs are in one. */
export function cutInto(sizes: readonly number[], inputs: number): number[] {
  const parcels: number[] = [];
  for (let left = inputs, index = 0; left > 0; index += 1) {
    const size = Math.min(left, sizes[index % sizes.length] ?? 1);
    parcels.push(size);
    left -= size;
  }
  return parcels;
}
