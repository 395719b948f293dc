import type { JSX } from 'preact';
import type { EngineStatisticsView } from '../../server/schemas/engine-statistics.ts';
import type { StatusView } from '../../server/schemas/status.ts';
import { formatCount } from '../format/numbers.ts';
import { Meaning } from './meaning.tsx';
import { outputLines } from './output-lines.ts';

/** What was decided to be written against what was. */
export function Outputs({
  status,
  statistics,
}: {
  readonly status: StatusView;
  readonly statistics: EngineStatisticsView | null;
}): JSX.Element {
  return (
    <section class="c4" aria-labelledby="outputs">
      <h2 id="outputs">Outputs</h2>
      <table class="ledger two" aria-labelledby="outputs">
        <tbody>
          {outputLines(status, statistics).map(
            ({ name, count, inner = false, bad = false, meaning }, index) => (
              <tr key={index} class={[inner && 'in', bad && 'failed'].filter(Boolean).join(' ')}>
                <th scope="row">
                  <Meaning text={meaning}>{name}</Meaning>
                </th>
                <td>{formatCount(count)}</td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </section>
  );
}
