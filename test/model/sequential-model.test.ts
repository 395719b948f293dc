import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  defaultAssets,
  loadCaseLibrary,
  type CaseLibrary,
  type CaseStep,
  type ConformanceCase,
} from '../conformance/case-library.ts';
import {
  conformanceFolder,
  present,
  skipWithoutFolder,
} from '../conformance/conformance-folder.ts';
import type { ModelInput, ModelOptions, Scenario } from './model-input.ts';
import { runModel } from './sequential-model.ts';

const NOW = 1_750_000_000;

const folder = conformanceFolder();
const skip = skipWithoutFolder(folder, "The model's own proof on the conformance cases was");

test('the model raises what the conformance cases expect', { skip }, async (context) => {
  const library = await loadCaseLibrary(present(folder));
  const cases = library.loadCases(join(present(folder), 'cases')).filter(isWithinModel);
  assert.ok(cases.length > 100, `only ${String(cases.length)} cases found`);
  for (const item of cases) {
    await context.test(item.name, () => {
      const scenario = scenarioOf(item, library);
      const { backlogs, problems } = observe(scenario, library);
      assert.deepEqual(problems, []);
      assert.deepEqual(
        library.differences({ backlogs: item.expected?.backlogs }, { backlogs }),
        [],
      );
    });
  }
});

// Requests, look-ups and saved files are outside the model; a restart that saves changes nothing.
function isWithinModel({
  expected,
  refused,
  steps,
  mocks,
  saved,
  options,
}: ConformanceCase): boolean {
  return (
    expected?.backlogs !== undefined &&
    !refused &&
    !steps.some(
      ({ request, restart }) => request ?? (restart && options['reload-backlogs'] === false),
    ) &&
    Object.keys(mocks).length + Object.keys(saved).length === 0
  );
}

function scenarioOf(item: ConformanceCase, library: CaseLibrary): Scenario {
  const context = { now: NOW, urls: {} };
  const files = Object.values(library.fill(item.config, context));
  const assets = files.flatMap((file) => file.assets ?? []);
  return {
    directives: files.flatMap((file) => file.directives ?? []),
    assets: assets.length > 0 ? assets : defaultAssets(present(folder)),
    options: optionsOf(item.options),
    inputs: inputsOf(library.fill(item.steps, context)),
  };
}

function optionsOf(given: ConformanceCase['options']): ModelOptions {
  const first = (list: string | number | boolean | undefined, fallback: string): string =>
    String(list ?? fallback).split(',')[0] ?? '';
  return {
    discardOorEvents: given['discard-oor-events'] !== false,
    minAlarmLifetimeMinutes: Number(given['min_alarm_lifetime'] ?? 0),
    medRiskMin: Number(given['med_risk_min'] ?? 3),
    medRiskMax: Number(given['med_risk_max'] ?? 6),
    maxBacklogs: 0,
    status: first(given['status'], 'Open'),
    tag: first(given['tags'], 'Identified Threat'),
  };
}

function inputsOf(steps: readonly CaseStep[]): ModelInput[] {
  const inputs: ModelInput[] = [];
  let now = NOW;
  for (const { post = [], post_each = [], wait_ms = 0 } of steps) {
    for (const event of [...post, ...post_each]) inputs.push({ kind: 'event', now, event });
    for (let waited = 1000; waited <= wait_ms; waited += 1000) {
      now += 1;
      inputs.push({ kind: 'tick', now });
    }
  }
  return inputs;
}

function observe(
  scenario: Scenario,
  library: CaseLibrary,
): ReturnType<CaseLibrary['observeBacklogs']> {
  const outcomes = runModel(scenario);
  const alarms = outcomes.flatMap((backlog, index) =>
    backlog.alarms.map((alarm) => ({ alarm_id: String(index), ...alarm })),
  );
  const events = outcomes.flatMap(({ alarmEvents }, index) =>
    alarmEvents.map(([stage, event_id]) => ({ alarm_id: String(index), stage, event_id })),
  );
  const posted = scenario.inputs.flatMap((input) =>
    input.kind === 'event' ? [input.event.event_id] : [],
  );
  const window = { from: NOW, to: Math.max(NOW, ...scenario.inputs.map(({ now }) => now)) };
  return library.observeBacklogs({ alarms, events }, new Set(posted), NOW, window);
}
