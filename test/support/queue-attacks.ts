// Attacks for tests of the page: each attacker has an alarm of its own, which its events bring as far as a test wants.
import assert from 'node:assert/strict';
import type { RawEvent } from '../model/model-input.ts';
import { createDirectiveText, createRuleText } from './directive-text.ts';
import { postEvents } from './load-sender.ts';
import type { Product } from './process.ts';

const LATER = { from: ':1', to: ':1', timeout: 86_400 };

/** The directive's stages need 1, 3 and 5 events, and each is a line of the alarm: Low, Medium, High. */
export const ATTACK_FILES: Readonly<Record<string, unknown>> = {
  'assets_page.json': {
    assets: [
      { name: 'Offices', cidr: '10.0.0.0/8', value: 2 },
      { name: 'db01', cidr: '10.20.0.5/32', value: 5 },
    ],
  },
  'directives_page.json': {
    directives: [
      createDirectiveText({
        ...{ id: 41001, name: 'Password guessing, SRC_IP to DST_IP', priority: 5 },
        ...{ kingdom: 'Reconnaissance & Probing', category: 'Brute force' },
        rules: [
          rule(1, { name: 'failed password', to: 'HOME_NET', reliability: 1 }),
          rule(2, { ...LATER, name: 'failed password again', occurrence: 3, reliability: 4 }),
          rule(3, { ...LATER, name: 'login', occurrence: 5, reliability: 8 }),
        ],
      }),
    ],
  },
};

function rule(stage: number, changes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return createRuleText(stage, { plugin_id: 1001, ...changes });
}

/** The stage that each event of an attack belongs to, in their order. */
const COURSE = [1, 2, 2, 2, 3, 3, 3, 3, 3] as const;
/** Events after which an attack's alarm is Low, Medium and High. */
export const UNTIL = { low: 1, medium: 4, high: 9 } as const;

/** As many of them fit a body. */
const ATTACKS_A_REQUEST = 50;

/** The address of an attacker, 0 to 65,535: no two have the same. */
export function attackerOf(attack: number): string {
  return `203.${String(100 + (attack >> 16))}.${String((attack >> 8) & 255)}.${String(attack & 255)}`;
}

/** The events `from` (0 the first) to `to` (left out) of an attack. */
export function createAttack(attack: number, to: number, from = 0): RawEvent[] {
  return COURSE.slice(from, to).map((stage, index) => ({
    event_id: `attack-${String(attack)}-${String(from + index)}`,
    timestamp: new Date().toISOString(),
    title: stage === 3 ? 'Accepted password' : 'Failed password',
    ...{ sensor: 'sensor-1', src_ip: attackerOf(attack), dst_ip: '10.20.0.5' },
    ...{ plugin_id: 1001, plugin_sid: stage, protocol: 'TCP' },
    ...{ src_port: 40_000 + index, dst_port: 22 },
    ...{ custom_label1: 'user', custom_data1: 'root' },
  }));
}

/** Brings attacks `first` to `last` that far; those of one request are as old as each other. */
export async function attack(
  { port }: Product,
  first: number,
  last = first,
  events: number = UNTIL.low,
): Promise<void> {
  for (let start = first; start <= last; start += ATTACKS_A_REQUEST) {
    const count = Math.min(ATTACKS_A_REQUEST, last + 1 - start);
    const sent = Array.from({ length: count }, (_, index) => createAttack(start + index, events));
    assert.equal(await postEvents(port, sent.flat()), 200);
  }
}
