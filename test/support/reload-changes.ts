// Configurations that differ at random from one reload to the next, beside directives that never change.
import { isDeepStrictEqual } from 'node:util';
import { createDirectiveText, createRuleText } from './directive-text.ts';
import { ATTACK_FILES } from './load-attacks.ts';
import type { RawEvent } from '../model/model-input.ts';

/** The file whose directives change. */
export const CHANGING_FILE = 'directives_changing.json';
/** The file whose assets change; none of them is an address of an attack of `ATTACK_FILES`. */
export const CHANGING_ASSETS = 'assets_changing.json';

/** The directive that is always there and changed with every version of the configuration. */
const PROBED_ID = 1101;
const MOVING_IDS = [1201, 1202, 1203, 1204, 1205];
const MOVES = ['absent', 'disabled', 'changed', 'renamed', 'as it was'] as const;
const DAY_SECONDS = 86_400;

/** A valid configuration, and what its enabled directives of `CHANGING_FILE` look like. */
export interface ChangingConfiguration {
  readonly version: number;
  readonly text: string;
  readonly directives: ReadonlyMap<number, Readonly<Record<string, unknown>>>;
}

/** The directive ids that a reload should report. */
export interface ExpectedChanges {
  readonly added: readonly number[];
  readonly changed: readonly number[];
  readonly removed: readonly number[];
  readonly renamed: readonly number[];
}

/** The plugin_sid that the second stage of the probed directive wants in this version. */
export function secondSid(version: number): number {
  return 2 + (version % 2);
}

/** The category of the probed directive in this version. */
export function categoryOf(version: number): string {
  return `version ${String(version)}`;
}

/** The next version: the probed directive is changed, the others move at random. */
export function changeConfiguration(before?: ChangingConfiguration): ChangingConfiguration {
  const version = (before?.version ?? 0) + 1;
  const texts = [probed(version), ...MOVING_IDS.flatMap((id) => move(id, version, before))];
  const enabled = texts.filter((text) => text['disabled'] !== true);
  return {
    version,
    text: JSON.stringify({ directives: texts }),
    directives: new Map(enabled.map((text) => [Number(text['id']), text])),
  };
}

/** What going from one to the other changes, in the order of ids. */
export function compareConfigurations(
  before: ChangingConfiguration,
  after: ChangingConfiguration,
): ExpectedChanges {
  const both = [...after.directives].flatMap(([id, now]) => {
    const then = before.directives.get(id);
    return then === undefined ? [] : [{ id, now, then }];
  });
  const ids = (list: readonly { readonly id: number }[]): number[] => list.map(({ id }) => id);
  return {
    added: [...after.directives.keys()].filter((id) => !before.directives.has(id)),
    removed: [...before.directives.keys()].filter((id) => !after.directives.has(id)),
    renamed: ids(both.filter(({ now, then }) => now['name'] !== then['name'])),
    changed: ids(
      both.filter(({ now, then }) => now['name'] === then['name'] && !isDeepStrictEqual(now, then)),
    ),
  };
}

/** Texts for `CHANGING_FILE` with which the folder cannot be loaded; the last is faultless by itself. */
export const INVALID_TEXTS: readonly string[] = [
  '{"directives": [',
  JSON.stringify({ directives: [createDirectiveText({ id: 1201, rules: [] })] }),
  JSON.stringify(ATTACK_FILES['directives_load.json']),
];

/** An asset of another value each time. */
export function changeAssets(): string {
  const value = 1 + Math.floor(Math.random() * 5);
  return JSON.stringify({ assets: [{ name: 'elsewhere', cidr: '172.16.0.0/12', value }] });
}

/** Events for the directives that move: they open backlogs, which finish now and then. */
export function createMovingStream(sender: number): () => RawEvent {
  let number = 0;
  return () => {
    number += 1;
    const pick = (count: number): number => Math.floor(Math.random() * count);
    const plugin_id = MOVING_IDS[pick(MOVING_IDS.length)] ?? 0;
    return makeEvent({
      event_id: `moving-${String(sender)}-${String(number)}`,
      ...{
        plugin_id,
        plugin_sid: 1 + pick(3),
        src_ip: `172.16.${String(sender)}.${String(pick(9))}`,
      },
    });
  };
}

/** An event for the probed directive: one address a probe. */
export function makeProbe(probe: number, plugin_sid: number): RawEvent {
  return makeEvent({
    event_id: `probe-${String(probe)}-${String(plugin_sid)}`,
    ...{ plugin_id: PROBED_ID, plugin_sid },
    src_ip: `172.31.${String(probe >> 8)}.${String(probe & 255)}`,
  });
}

function makeEvent(fields: Pick<RawEvent, 'event_id' | 'src_ip'> & Partial<RawEvent>): RawEvent {
  const timestamp = new Date().toISOString();
  return { timestamp, title: 'an event', sensor: 'a sensor', dst_ip: '192.168.1.20', ...fields };
}

function probed(version: number): Record<string, unknown> {
  return describe(PROBED_ID, secondSid(version), { category: categoryOf(version) });
}

function move(
  id: number,
  version: number,
  before: ChangingConfiguration | undefined,
): Readonly<Record<string, unknown>>[] {
  const then = before?.directives.get(id);
  const name = then?.['name'] ?? `directive ${String(id)}`;
  switch (MOVES[Math.floor(Math.random() * MOVES.length)]) {
    case 'absent':
      return [];
    case 'disabled':
      return [describe(id, 2, { name, disabled: true })];
    case 'changed':
      return [describe(id, secondSid(version), { name, priority: 1 + (version % 5) })];
    case 'renamed':
      return [describe(id, 2, { name: `directive ${String(id)} of ${String(version)}` })];
    default:
      return [then ?? describe(id, 2, { name })];
  }
}

function describe(
  id: number,
  second: number,
  changes: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const rule = (stage: number, plugin_sid: number): Record<string, unknown> =>
    createRuleText(stage, {
      ...{ plugin_id: id, plugin_sid: [plugin_sid], reliability: 5, timeout: DAY_SECONDS },
      from: stage === 1 ? 'ANY' : ':1',
    });
  return createDirectiveText({ id, priority: 5, rules: [rule(1, 1), rule(2, second)], ...changes });
}
