// What the engine has decided to write against what was written.
import type { EngineStatisticsView } from '../../server/schemas/engine-statistics.ts';
import type { StatusView } from '../../server/schemas/status.ts';

export interface OutputLine {
  readonly name: string;
  readonly count: number;
  readonly inner?: boolean;
  /** Something is wrong with it. */
  readonly bad?: boolean;
  readonly meaning: string;
}

/** Lines decided and written for each output, and what was discarded or failed; nothing of what there is none. */
export function outputLines(
  status: StatusView,
  statistics: EngineStatisticsView | null,
): OutputLine[] {
  const { ledger } = status;
  return [
    ...fileLines('Alarm lines', 'siem_alarms.json', ledger.alarm_lines),
    ...storeLines(status.alarm_store),
    ...fileLines('Alarm-event lines', 'siem_alarm_events.json', ledger.alarm_event_lines),
    ...elasticsearchLines(status.elasticsearch),
    {
      ...{ name: 'Out of order, discarded', count: ledger.out_of_order },
      meaning: 'Events that are older than the stage at which their backlog stands',
    },
    ...lookUpLines(statistics?.look_ups ?? []),
  ];
}

function fileLines(
  name: string,
  file: string,
  { decided, written, waiting, lost }: StatusView['ledger']['alarm_lines'],
): OutputLine[] {
  return [
    { name: `${name} decided`, count: decided, meaning: 'Lines that correlation has made' },
    { ...{ name: `in ${file}`, count: written, inner: true }, meaning: 'Lines that are on file' },
    ...ifAny({
      name: 'waiting',
      count: waiting,
      inner: true,
      meaning: 'Lines on their way to the file',
    }),
    ...ifAny({
      name: 'lost',
      count: lost,
      inner: true,
      bad: true,
      meaning: 'Lines that could not be written',
    }),
  ];
}

function storeLines({ decided, written, lost, failure }: StatusView['alarm_store']): OutputLine[] {
  return [
    {
      ...{ name: 'Changes for the store decided', count: decided },
      meaning: 'New states of alarms, and what persons did to them',
    },
    {
      ...{ name: 'in the store', count: written, inner: true, bad: failure !== null },
      meaning: failure ?? 'Changes that the alarm store has',
    },
    ...ifAny({
      name: 'lost',
      count: lost,
      inner: true,
      bad: true,
      meaning: 'Changes that the store could not take',
    }),
  ];
}

function elasticsearchLines(mirror: StatusView['elasticsearch']): OutputLine[] {
  if (mirror === null) return [];
  const { queued, sent, failed, lost, last_error: error } = mirror;
  const reason = error ?? 'No error is known';
  return [
    { name: 'Sent to Elasticsearch', count: sent, meaning: 'Changes and deletions by persons' },
    ...ifAny({ name: 'waiting', count: queued, inner: true, meaning: reason }),
    ...ifAny({ name: 'failed', count: failed, inner: true, bad: true, meaning: reason }),
    ...ifAny({ name: 'lost', count: lost, inner: true, bad: true, meaning: reason }),
  ];
}

function lookUpLines(sources: EngineStatisticsView['look_ups']): OutputLine[] {
  if (sources.length === 0) return [];
  const answered = sources.reduce((sum, one) => sum + one.answered + one.cached + one.joined, 0);
  const failed = sources.flatMap(({ source, failed: errors, timed_out: late, skipped }) => [
    ...ifAny({
      ...{ name: `failed, ${source}`, count: errors + late, inner: true, bad: true },
      meaning: `${String(errors)} with an error, ${String(late)} without an answer in time`,
    }),
    ...ifAny({
      ...{ name: `not asked, ${source}`, count: skipped, inner: true },
      meaning: 'Too many at once, or the source rests after failures',
    }),
  ]);
  return [
    { name: 'Look-ups answered', count: answered, meaning: 'By sources, out of the cache too' },
    ...failed,
  ];
}

function ifAny(line: OutputLine): OutputLine[] {
  return line.count === 0 ? [] : [line];
}
