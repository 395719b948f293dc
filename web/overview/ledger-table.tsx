import type { JSX } from 'preact';
import type { StatusView } from '../../server/schemas/status.ts';
import { Icon } from '../controls/icon.tsx';
import { Time } from '../controls/time.tsx';
import { formatCount } from '../format/numbers.ts';
import { accountedFor, accountedLines, receivedLines, type LedgerLine } from './ledger-lines.ts';
import { Meaning } from './meaning.tsx';

/** The ledger as book-keeping, with its balance. */
export function LedgerTable({ ledger }: { readonly ledger: StatusView['ledger'] }): JSX.Element {
  const lines = [...receivedLines(ledger), ...accountedLines(ledger)];
  return (
    <section class="c5" aria-labelledby="ledger">
      <h2 id="ledger">
        Ledger{' '}
        <span class="push">
          since <Time at={ledger.since} />
        </span>
      </h2>
      <table class="ledger" aria-labelledby="ledger">
        <tbody>
          {lines.map((line) => (
            <Line key={line.name} {...line} />
          ))}
          <Balance ledger={ledger} />
        </tbody>
      </table>
    </section>
  );
}

function Line({ name, count, note, kind, meaning }: LedgerLine): JSX.Element {
  const kinds = { line: undefined, refused: 'in', total: 'tot' } as const;
  return (
    <tr class={kinds[kind]}>
      <th scope="row">
        <Meaning text={meaning}>{name}</Meaning>
      </th>
      <td>{count}</td>
      <td>{note}</td>
    </tr>
  );
}

function Balance({ ledger }: { readonly ledger: StatusView['ledger'] }): JSX.Element {
  const { imbalances } = ledger;
  if (imbalances.length === 0) {
    return (
      <tr class="balance ok">
        <th scope="row">
          <Icon name="tick" /> Balances
        </th>
        <td>difference {formatCount(ledger.accepted - accountedFor(ledger))}</td>
        <td />
      </tr>
    );
  }
  return (
    <>
      {imbalances.map(({ equation, difference }) => (
        <tr key={equation} class="balance failed">
          <th scope="row">
            <Icon name="close" /> {equation} does not balance
          </th>
          <td>difference {formatCount(difference)}</td>
          <td />
        </tr>
      ))}
    </>
  );
}
