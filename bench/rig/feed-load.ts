// One run of feed clients beside a loaded engine, as bench/feed-clients.ts and a test ask for it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { createDirectiveText, createRuleText } from '../../test/support/directive-text.ts';
import { readAlarmLines } from '../../test/support/load-results.ts';
import { postEvents } from '../../test/support/load-sender.ts';
import type { Product } from '../../test/support/process.ts';
import { makeConfiguration } from './directives.ts';
import { canonicalJson, feedReport, type FeedOrder, type FeedReport } from './feed-order.ts';
import { sendLoad } from './load.ts';
import { readCpuMs, readMemory } from './process-figures.ts';
import { pluginId } from './request-template.ts';

const program = join(import.meta.dirname, '..', 'feed-readers.ts');
const STAGES = 5;
const ALARM_PLUGIN = 1;
/** Attacks at the same time: one update a second each. */
const ATTACKS = 200;
const STEP_MS = 50;
/** Directives beside that one take the load in without an alarm. */
const LOAD_DIRECTIVES = 100;
/** Events that a backlog of the load takes before it ends, so that what is kept of them does not grow for good. */
const LOAD_OCCURRENCE = 1000;
const ARRAY = 100;
const LOAD_CONNECTIONS = 16;
/** The last updates are with the clients by then. */
const SETTLE_MS = 3000;

/** What is measured while a load runs. */
export interface LoadCost {
  /** Processor time of the server in microseconds an accepted event. */
  readonly cpuMicros: number;
  /** Cores that it used. */
  readonly cores: number;
  readonly events: number;
  readonly refused: number;
  readonly alarmUpdates: number;
  readonly peakMb: number;
}

/** Feed clients in a process of their own. */
export interface FeedClients {
  /** Compares what each client knows of the alarms that changed since its start with their file, and ends them. */
  judge(): Promise<FeedReport>;
}

/** Files of a folder in which events of the load are matched without an alarm, and those of `attackEvent` update alarms. */
export function makeFeedConfiguration(): Readonly<Record<string, unknown>> {
  const attackRules = Array.from({ length: STAGES }, (_, index) =>
    createRuleText(index + 1, {
      ...{ name: `Stage ${String(index + 1)} of the attack`, reliability: 10, timeout: 86_400 },
      ...(index > 0 && { from: ':1' }),
    }),
  );
  const attack = createDirectiveText({
    ...{ id: 900_000, name: 'Break-in from SRC_IP to DST_IP', priority: 5, rules: attackRules },
  });
  const load = Array.from({ length: LOAD_DIRECTIVES }, (_, index) => {
    const rule = { plugin_id: pluginId(index), plugin_sid: [1], from: ':1', timeout: 86_400 };
    const rules = [
      createRuleText(1, { ...rule, from: 'ANY' }),
      createRuleText(2, { ...rule, occurrence: LOAD_OCCURRENCE }),
    ];
    return createDirectiveText({ id: index + 1, priority: 1, rules });
  });
  return {
    ...makeConfiguration(0, 1),
    'directives_bench.json': { directives: [...load, attack] },
  };
}

/** Events at `rate` a second, and `updates` alarm updates a second among them, for `seconds`. */
export async function runLoad(
  { port, pid }: Product,
  order: { rate: number; updates: number; seconds: number; first: number },
): Promise<LoadCost> {
  const { rate, updates, seconds, first } = order;
  const cpuBefore = readCpuMs(pid);
  const startedAt = performance.now();
  const [report, attackEvents] = await Promise.all([
    sendLoad({
      ...{ port, connections: LOAD_CONNECTIONS, arrayOf: ARRAY, seconds, rate },
      ...{ directives: LOAD_DIRECTIVES, attackers: 20, first: first * ARRAY },
    }),
    sendAttacks(port, { updates, seconds, first }),
  ]);
  const tookMs = performance.now() - startedAt;
  const cpuMs = readCpuMs(pid) - cpuBefore;
  const events = report.accepted + attackEvents;
  const refused = Object.entries(report.statuses)
    .filter(([status]) => status !== '200')
    .reduce((sum, [, count]) => sum + count, 0);
  return {
    ...{ cpuMicros: (cpuMs * 1000) / events, cores: cpuMs / tookMs, events, refused },
    ...{ alarmUpdates: attackEvents, peakMb: readMemory(pid).peakMb },
  };
}

/** Starts the clients and waits until all are connected. */
export async function startFeedClients(
  { port, logDir }: Product,
  order: Omit<FeedOrder, 'port'>,
): Promise<FeedClients> {
  const child = spawn(
    process.execPath,
    ['--import=tsx', program, JSON.stringify({ ...order, port })],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  process.once('exit', () => child.kill('SIGKILL'));
  await once(child.stdout, 'readable');
  const output = text(child.stdout);
  const before = readAlarmLines(logDir).length;
  return {
    judge: async () => {
      await delay(SETTLE_MS);
      const truth = readAlarmLines(logDir)
        .slice(before)
        .map((line) => [line.alarm_id, canonicalJson(line)]);
      child.stdin.end(JSON.stringify(Object.fromEntries(truth)));
      const lines = (await output).trim().split('\n');
      return feedReport.parse(JSON.parse(lines.at(-1) ?? ''));
    },
  };
}

/** Sends the events of attacks, evenly; how many were accepted. */
async function sendAttacks(
  port: number,
  { updates, seconds, first }: { updates: number; seconds: number; first: number },
): Promise<number> {
  const startedAt = performance.now();
  let sent = 0;
  while (performance.now() < startedAt + seconds * 1000) {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * updates);
    const events = Array.from({ length: due - sent }, (_, index) =>
      attackEvent(first + sent + index),
    );
    if (events.length > 0 && (await postEvents(port, events)) === 200) sent += events.length;
    await delay(STEP_MS);
  }
  return sent;
}

function attackEvent(number: number): Parameters<typeof postEvents>[1][number] {
  const round = Math.floor(number / ATTACKS);
  const attacker = Math.floor(round / STAGES) * ATTACKS + (number % ATTACKS);
  return {
    ...{ event_id: `attack-${String(number)}`, plugin_id: ALARM_PLUGIN, sensor: 'sensor-01' },
    ...{ plugin_sid: (round % STAGES) + 1, title: 'a step of an attack' },
    src_ip: `10.${String(attacker >> 16)}.${String((attacker >> 8) & 255)}.${String(attacker & 255)}`,
    ...{ dst_ip: '192.168.0.1', timestamp: new Date().toISOString() },
  };
}
