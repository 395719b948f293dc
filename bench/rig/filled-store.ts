// A store with very many alarms of the kinds that a working installation has, for measuring its answers.
import type { AlarmState, Progress } from '../../core/alarm/alarm-state.ts';
import type { AlarmStore } from '../../state/alarm-store.ts';

const TITLES = [
  ...['Brute force against SSH', 'Port scan', 'Malware beacon', 'SQL injection attempt'],
  ...['Ping flood', 'Privilege escalation', 'Data exfiltration', 'Lateral movement by SMB'],
];
const STATUSES = ['Open', 'Open', 'Open', 'In-Progress', 'Closed', 'Closed', 'Closed'];
const TAGS = ['Identified Threat', 'Identified Threat', 'False Positive', 'Valid Threat'];
const PROGRESSES: readonly Progress[] = [
  'running',
  'complete',
  'timeout',
  'timeout',
  'interrupted',
];
const STEP = 10_000;
const DAY = 86_400;

/** Puts alarms `0` to `count - 1` in, spread over 90 days that end at `now` (Unix seconds). */
export async function fillStore(store: AlarmStore, count: number, now: number): Promise<void> {
  for (let first = 0; first < count; first += STEP) {
    const changes = Array.from({ length: Math.min(STEP, count - first) }, (_, index) => ({
      sequence: first + index + 1,
      change: { type: 'alarm', state: makeState(first + index, count, now) } as const,
    }));
    await store.apply(changes);
    // a question has them taken over, so that they do not wait here
    await store.find([]);
    while (store.figures().lagSeconds > 2) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** One alarm, always the same for its number. */
function makeState(number: number, count: number, now: number): AlarmState {
  const pick = <Item>(items: readonly Item[], salt: number): Item | undefined =>
    items[mix(number, salt) % items.length];
  const risk = 1 + (mix(number, 1) % 10);
  const src = `10.${String(mix(number, 2) % 20)}.${String(mix(number, 3) % 250)}.${String(mix(number, 4) % 50)}`;
  const dst = `192.168.${String(mix(number, 5) % 30)}.${String(mix(number, 6) % 40)}`;
  const time = now - Math.floor(((count - number) / count) * 90 * DAY);
  const title = `${pick(TITLES, 7) ?? ''} from ${src}`;
  return {
    alarm: {
      ...{
        alarm_id: idOf(number),
        title,
        status: pick(STATUSES, 8) ?? '',
        tag: pick(TAGS, 9) ?? '',
      },
      ...{ kingdom: 'Reconnaissance & Probing', category: 'Misc Activity' },
      ...{ created_time: time - 600, update_time: time, risk },
      risk_class: risk < 3 ? 'Low' : risk > 6 ? 'High' : 'Medium',
      rules: [1, 2, 3].map((stage) => makeRule(stage, src, dst)),
      ...{ src_ips: [src], dst_ips: [dst], networks: ['10.0.0.0/8', '192.168.0.0/16'] },
      custom_data: [{ label: 'username', content: `user${String(mix(number, 10) % 5000)}` }],
    },
    directive_id: 1 + (mix(number, 11) % 300),
    progress: pick(PROGRESSES, 12) ?? 'running',
    ...{ stage: 2, stages: 3, events: 3, needed: 10, events_total: 4 },
    ...{ first_event: time - 600, last_event: time, deadline: time + 600, risks: [], node: '' },
  };
}

function makeRule(stage: number, from: string, to: string): AlarmState['alarm']['rules'][number] {
  return {
    ...{ name: `stage ${String(stage)} of the attack`, stage, occurrence: 10, type: 'PluginRule' },
    ...{ plugin_id: 1001, plugin_sid: [stage], from, to, port_from: 'ANY', port_to: '22' },
    ...{ protocol: 'ANY', reliability: stage * 2, timeout: 600 },
  };
}

function idOf(number: number): string {
  return `${mix(number, 13).toString(36)}${number.toString(36)}`.padStart(9, '0').slice(-9);
}

/** A number that looks random and is the same for the same arguments. */
function mix(number: number, salt: number): number {
  let value = Math.imul(number + 1, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  value = Math.imul(value ^ (value >>> 12), 0x297a2d39);
  return (value ^ (value >>> 15)) >>> 0;
}
