import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parcellingArbitrary, scenarioArbitrary } from './arbitraries.ts';
import type { BacklogOutcome, Scenario } from './model-input.ts';
import { runModel } from './sequential-model.ts';

const SAMPLE = { numRuns: 300, seed: 1 };

/** What scenarios must reach, each with the share of scenarios that must at least do so. */
const REACHED: readonly {
  readonly what: string;
  readonly share: number;
  readonly holds: (scenario: Scenario, backlogs: readonly BacklogOutcome[]) => boolean;
}[] = [
  { what: 'a backlog', share: 0.8, holds: (_, backlogs) => backlogs.length > 0 },
  {
    what: 'a third stage',
    share: 0.2,
    holds: (_, backlogs) => backlogs.some(({ live }) => live.stage > 2),
  },
  {
    what: 'a completed backlog',
    share: 0.15,
    holds: (_, backlogs) => backlogs.some(({ ended }) => ended === 'complete'),
  },
  {
    what: 'a time-out with an alarm',
    share: 0.2,
    holds: (_, backlogs) =>
      backlogs.some(({ ended, alarms }) => ended === 'timeout' && alarms.length > 1),
  },
  {
    what: 'a backlog that lives on',
    share: 0.3,
    holds: (_, backlogs) => backlogs.some(({ ended }) => ended === undefined),
  },
  {
    what: 'an id that a stage accepts twice',
    share: 0.02,
    holds: (_, backlogs) =>
      backlogs.some(
        ({ alarmEvents }) => new Set(alarmEvents.map(String)).size < alarmEvents.length,
      ),
  },
  {
    what: 'a difference by discard-oor-events',
    share: 0.1,
    holds: (scenario, backlogs) =>
      differs(backlogs, scenario, { discardOorEvents: !scenario.options.discardOorEvents }),
  },
  {
    what: 'a difference by max-backlogs',
    share: 0.15,
    holds: (scenario, backlogs) => differs(backlogs, scenario, { maxBacklogs: 0 }),
  },
  {
    what: 'a difference by all_rules_always_active',
    share: 0.2,
    holds: (scenario, backlogs) =>
      differs(backlogs, withRules(scenario, {}, { all_rules_always_active: false })),
  },
  {
    what: 'a difference by sticky_different',
    share: 0.05,
    holds: (scenario, backlogs) =>
      differs(backlogs, withRules(scenario, { sticky_different: undefined })),
  },
];

test('random scenarios reach everything that the properties are about', () => {
  const runs = fc.sample(scenarioArbitrary, SAMPLE).map((scenario) => ({
    scenario,
    backlogs: runModel(scenario),
  }));
  for (const { what, share, holds } of REACHED) {
    const hits = runs.filter(({ scenario, backlogs }) => holds(scenario, backlogs)).length;
    const found = hits / runs.length;
    assert.ok(found >= share, `${what}: only ${String(found)} of the scenarios`);
  }
});

test('a parcelling holds every input once and reloads only after an input', () => {
  fc.assert(
    fc.property(parcellingArbitrary, fc.integer({ min: 1, max: 80 }), (cut, inputs) => {
      const { parcels, reloadAt } = cut(inputs);
      assert.equal(
        parcels.reduce((sum, size) => sum + size, 0),
        inputs,
      );
      assert.ok(parcels.every((size) => size > 0));
      assert.ok(reloadAt.every((at) => at >= 0 && at < inputs));
    }),
  );
});

function differs(
  backlogs: readonly BacklogOutcome[],
  scenario: Scenario,
  options: Partial<Scenario['options']> = {},
): boolean {
  const other = runModel({ ...scenario, options: { ...scenario.options, ...options } });
  return JSON.stringify(linesOf(other)) !== JSON.stringify(linesOf(backlogs));
}

function linesOf(backlogs: readonly BacklogOutcome[]): unknown[] {
  return backlogs.map(({ openedBy, alarmEvents, ended }) => ({ openedBy, alarmEvents, ended }));
}

function withRules(
  scenario: Scenario,
  rule: Partial<Scenario['directives'][number]['rules'][number]>,
  directive: Partial<Scenario['directives'][number]> = {},
): Scenario {
  const directives = scenario.directives.map((source) => ({
    ...source,
    ...directive,
    rules: source.rules.map((own) => ({ ...own, ...rule })),
  }));
  return { ...scenario, directives };
}
