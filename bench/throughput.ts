// `npm run bench [-- row…] [-- --rounds 3 --seconds 2]`: events per second of the product beside the bare server.

import { parseArgs } from 'node:util';
import { describeMachine } from './rig/machine.ts';
import { SCENARIOS, type Scenario } from './rig/scenarios.ts';
import { formatRate, formatTable } from './rig/text-table.ts';
import { measureRow, type RowResult } from './rig/throughput-row.ts';

const HEAD = [
  'row',
  'work',
  'bare ev/s',
  'accepted ev/s',
  'settled ev/s',
  'ratio',
  'wanted',
  'lost',
  'refused',
  'memory MB before/after/peak',
  'start ms',
  'generator busy',
];

const { values, positionals } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '2' },
  },
  allowPositionals: true,
});
const chosen = SCENARIOS.filter(
  ({ name }) => positionals.length === 0 || positionals.includes(name),
);
if (chosen.length === 0) {
  console.error(`rows: ${SCENARIOS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const effort = { rounds: Number(values.rounds), seconds: Number(values.seconds) };
console.log(describeMachine());
const rows: string[][] = [];
for (const scenario of chosen) {
  const result = await measureRow(scenario, effort);
  rows.push(formatRow(scenario, result));
  console.log(rows.at(-1)?.join('  '));
  if (result.lost !== 0 || result.broken !== 0) process.exitCode = 1;
}
console.log(`\n${formatTable(HEAD, rows)}`);
console.log(
  '\nsettled: accepted events, from the first request to the last answer or written line; ratio: settled to bare of the same ' +
    'round; medians; ' +
    'lost: lines of siem_alarm_events.json that accepted events should have and do not have; refused: requests.',
);

function formatRow({ name, work, wanted }: Scenario, result: RowResult): string[] {
  const { before, after, peak } = result.memoryMb;
  return [
    name,
    work,
    formatRate(result.bare),
    formatRate(result.accepted),
    formatRate(result.settled),
    result.ratio.toFixed(2),
    wanted === null ? '' : `≥ ${String(wanted)}`,
    String(result.lost),
    String(result.refused),
    [before, after, peak].map((megabytes) => megabytes.toFixed(0)).join('/'),
    result.startedInMs.toFixed(0),
    result.generatorBusy.toFixed(2),
  ];
}
