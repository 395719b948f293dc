// What a run with reloads left in its log directory.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  gatherBacklogs,
  readAlarmLines,
  readEventLines,
  type WrittenBacklog,
} from './load-results.ts';
import { categoryOf, makeProbe, secondSid, type ChangingConfiguration } from './reload-changes.ts';

/** How many backlogs are in the files of those that were set aside. */
export function countAside(logDir: string): number {
  const folder = join(logDir, 'backlogs', 'aside');
  if (!existsSync(folder)) return 0;
  return readdirSync(folder).reduce((sum, name) => {
    const backlogs: unknown = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    return sum + (Array.isArray(backlogs) ? backlogs.length : 0);
  }, 0);
}

/** Each probe opened under the version of its moment and ended on its rules, with the category of the last version. */
export function assertProbes(
  logDir: string,
  { probes, last }: { probes: readonly ChangingConfiguration[]; last: number },
): void {
  const written = readWritten(logDir);
  for (const [probe, { version }] of probes.entries()) {
    const opener = makeProbe(probe, 1).event_id;
    const backlog = written.get(opener);
    const ender = makeProbe(probe, secondSid(version)).event_id;
    assert.deepEqual(backlog?.events, [`1 ${opener}`, `2 ${ender}`]);
    const categories = backlog.alarms.map((alarm) =>
      typeof alarm === 'object' && alarm !== null && 'category' in alarm ? alarm.category : alarm,
    );
    assert.deepEqual([categories[0], categories.at(-1)], [version, last].map(categoryOf));
  }
}

/** What the attacks alone wrote, by the event that opened a backlog; nothing may be written twice. */
export function readAttacks(logDir: string): ReadonlyMap<string, WrittenBacklog> {
  return new Map([...readWritten(logDir)].filter(([opener]) => /^\d+-\d+$/.test(opener)));
}

function readWritten(logDir: string): ReadonlyMap<string, WrittenBacklog> {
  const events = readEventLines(logDir);
  const pairs = new Set(events.map(({ alarm_id, event_id }) => `${alarm_id} ${event_id}`));
  assert.equal(pairs.size, events.length, 'a line was written twice');
  return gatherBacklogs(events, readAlarmLines(logDir));
}
