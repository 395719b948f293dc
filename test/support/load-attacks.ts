// Attacks whose alarms depend on the order of each sender's own events only, so that several senders may interleave.

import type { RawEvent } from '../model/model-input.ts';
import { createDirectiveText, createRuleText } from './directive-text.ts';

const DAY_SECONDS = 86_400;
const ATTACKERS = 3;
const LARGEST_ARRAY = 20;

/** Plugin ids of the directives of `ATTACK_FILES`, and one that none knows. */
const PLUGIN = { keyed: 1001, alwaysActive: 1002, lone: 1003, fast: 1004, unknown: 9999 } as const;
type Attack = Exclude<keyof typeof PLUGIN, 'unknown'>;

/** The plugin_sid of each event of an attack, in their order: its stages, with a stray event of an earlier one. */
const COURSES: Readonly<Record<Attack, readonly number[]>> = {
  keyed: [1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3],
  alwaysActive: [1, 2, 1, 2, 2, 3, 2, 1, 3, 3],
  lone: [1, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3],
  fast: [1, 2],
};

function rule(stage: number, changes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return createRuleText(stage, { reliability: stage * 3, timeout: DAY_SECONDS, ...changes });
}

function directive(
  id: number,
  later: readonly Readonly<Record<string, unknown>>[],
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const rules = [
    rule(1, { plugin_id: id, from: 'ANY', to: 'HOME_NET' }),
    ...later.map((fields, index) => rule(index + 2, { plugin_id: id, ...fields })),
  ];
  return createDirectiveText({ id, priority: 5, rules, ...changes });
}

/** A configuration for the events of `createAttackStream`; every event but the unknown ones is consumed or opens. */
export const ATTACK_FILES: Readonly<Record<string, unknown>> = {
  'assets_load.json': {
    assets: [
      { name: 'office', cidr: '192.168.0.0/16', value: 5 },
      { name: 'attackers', cidr: '10.0.0.0/8', value: 2 },
    ],
  },
  'directives_load.json': {
    directives: [
      directive(
        PLUGIN.keyed,
        [
          { occurrence: 4, from: ':1', to: ':1' },
          { occurrence: 6, from: ':1', to: ':1', sticky_different: 'SRC_PORT' },
        ],
        { name: 'Attack from SRC_IP on DST_IP' },
      ),
      directive(
        PLUGIN.alwaysActive,
        [
          { occurrence: 3, from: ':1' },
          { occurrence: 3, from: ':1' },
        ],
        { name: 'Always active', all_rules_always_active: true },
      ),
      directive(PLUGIN.lone, [{ occurrence: 7 }, { occurrence: 3 }], { name: 'Without a key' }),
      directive(PLUGIN.fast, [{ occurrence: 1, from: ':1', sticky_different: 'DST_IP' }], {
        name: 'Two events of SRC_IP',
      }),
    ],
  },
};

interface Running {
  readonly attack: Attack;
  readonly attacker: number;
  done: number;
}

/**
 * Requests of one sender for `sendEvents`: a random mixture of its own attacks, in single events and arrays. Ids are
 * unique over senders; the directive whose backlogs have no key gets events of sender 0 alone.
 */
export function createAttackStream(sender: number): () => readonly RawEvent[] {
  const attacks: Running[] = [];
  for (const attack of ['keyed', 'alwaysActive', 'fast'] as const) {
    for (let attacker = 1; attacker <= ATTACKERS; attacker += 1) {
      attacks.push({ attack, attacker, done: 0 });
    }
  }
  if (sender === 0) attacks.push({ attack: 'lone', attacker: 1, done: 0 });
  let number = 0;
  const timestamp = new Date().toISOString();
  const next = (): RawEvent => {
    number += 1;
    const running = attacks[Math.floor(Math.random() * (attacks.length + 1))];
    const event = {
      event_id: `${String(sender)}-${String(number)}`,
      timestamp,
      title: 'an event',
      sensor: `sensor ${String(sender)}`,
      src_ip: `10.${String(sender)}.0.${String(running?.attacker ?? 0)}`,
      src_port: 1024 + (number % 50_000),
      dst_ip: '192.168.1.10',
      dst_port: 22,
    };
    if (running === undefined) return { ...event, plugin_id: PLUGIN.unknown, plugin_sid: 1 };
    const course = COURSES[running.attack];
    const plugin_sid = course[running.done % course.length] ?? 1;
    running.done += 1;
    return { ...event, plugin_id: PLUGIN[running.attack], plugin_sid };
  };
  return () => {
    const size = Math.random() < 0.5 ? 1 : 1 + Math.floor(Math.random() * LARGEST_ARRAY);
    return Array.from({ length: size }, next);
  };
}

/** Whether a directive of `ATTACK_FILES` knows the event. */
export function isKnown({ plugin_id }: RawEvent): boolean {
  return plugin_id !== PLUGIN.unknown;
}
