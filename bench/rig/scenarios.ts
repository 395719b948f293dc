import type { Variation } from './request-template.ts';

const ALL_KNOWN = 1;

/** One row of the throughput table. */
export interface Scenario {
  readonly name: string;
  readonly work: string;
  readonly connections: number;
  /** Events in the array of a request; 0 = single events. */
  readonly arrayOf: number;
  readonly vary: Omit<Variation, 'timestamp'>;
  /** Events that each later stage of a directive takes. */
  readonly occurrence: number;
  /** Events sent before the measurement: they open the backlogs. */
  readonly warmEvents: number;
  /** The share of the bare server's rate that is aimed at, or null. */
  readonly wanted: number | null;
}

const oneDirective = { directives: 1, attackers: 1, oneIn: ALL_KNOWN };

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'single',
    work: 'one directive, single posts',
    connections: 64,
    arrayOf: 0,
    vary: oneDirective,
    occurrence: 1000,
    warmEvents: 40_000,
    wanted: 0.85,
  },
  {
    name: 'array',
    work: 'one directive, arrays of 100',
    connections: 16,
    arrayOf: 100,
    vary: oneDirective,
    occurrence: 1000,
    warmEvents: 200_000,
    wanted: 0.55,
  },
  {
    name: 'flood',
    work: 'the same, more open requests than the queue holds',
    connections: 512,
    arrayOf: 100,
    vary: oneDirective,
    occurrence: 1000,
    warmEvents: 200_000,
    wanted: null,
  },
  {
    name: 'directives',
    work: '23,500 directives, 1 % match, arrays',
    connections: 16,
    arrayOf: 100,
    vary: { directives: 23_500, attackers: 10, oneIn: 100 },
    occurrence: 1000,
    warmEvents: 200_000,
    wanted: 0.6,
  },
  {
    name: 'pairs',
    work: '1,000 directives × 20 attackers, all match, arrays',
    connections: 16,
    arrayOf: 100,
    vary: { directives: 1000, attackers: 20, oneIn: ALL_KNOWN },
    occurrence: 1000,
    warmEvents: 40_000,
    wanted: 0.12,
  },
  {
    name: 'pairs-single',
    work: 'the same in single posts',
    connections: 64,
    arrayOf: 0,
    vary: { directives: 1000, attackers: 20, oneIn: ALL_KNOWN },
    occurrence: 1000,
    warmEvents: 40_000,
    wanted: null,
  },
  ...[100, 1000, 10_000, 100_000].map(liveBacklogs),
];

function liveBacklogs(attackers: number): Scenario {
  return {
    name: `backlogs-${String(attackers)}`,
    work: `${attackers.toLocaleString('en')} live backlogs in one directive, arrays`,
    connections: 16,
    arrayOf: 100,
    vary: { directives: 1, attackers, oneIn: ALL_KNOWN },
    occurrence: 1000,
    warmEvents: Math.max(attackers, 20_000),
    wanted: 0.2,
  };
}
