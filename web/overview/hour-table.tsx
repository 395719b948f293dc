import type { JSX } from 'preact';
import type { z } from 'zod';
import type { seriesSchema } from '../../server/schemas/statistics.ts';
import { Time } from '../controls/time.tsx';
import { formatCount } from '../format/numbers.ts';

const MINUTE = 60;

/** The curves of the last hour in numbers, a row every five minutes, newest first. */
export function HourTable({
  series,
}: {
  readonly series: z.infer<typeof seriesSchema>;
}): JSX.Element {
  const { times, step, queue, backlogs } = series;
  const every = Math.max(1, Math.round((5 * MINUTE) / step));
  const rows = times
    .map((at, index) => ({ at, index }))
    .toReversed()
    .filter((_, index) => index % every === 0);
  return (
    <table class="dense hour-table">
      <thead>
        <tr>
          <th>Time</th>
          <th class="num">Events/s</th>
          <th class="num">Refused/s</th>
          <th class="num">Queue</th>
          <th class="num">Backlogs</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ at, index }) => (
          <tr key={at}>
            <td>
              <Time at={at} />
            </td>
            <td class="num">{formatCount(series.events_per_second[index] ?? 0)}</td>
            <td class="num">{formatCount(series.refused_per_second[index] ?? 0)}</td>
            <td class="num">{formatCount(queue[index] ?? 0)}</td>
            <td class="num">{formatCount(backlogs[index] ?? 0)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
