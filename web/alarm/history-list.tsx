import type { JSX } from 'preact';
import type { AlarmDetail } from '../../server/schemas/alarm-detail.ts';
import { riskClassOf } from '../controls/risk-chip.tsx';
import { Time } from '../controls/time.tsx';
import { historyWords } from './history-words.ts';

/** What persons and the engine did, newest first. */
export function HistoryList({
  detail,
  opening = '',
}: {
  readonly detail: AlarmDetail;
  /** The id of the event that opened the backlog, where it is known. */
  readonly opening?: string;
}): JSX.Element {
  const { history, risk_bounds: bounds } = detail;
  const words = historyWords(history);
  return (
    <ol class="hist">
      {history.map(({ at, what }, index) => {
        const { who = '', text = '', quote, risk } = words[index] ?? {};
        return (
          <li key={history.length - index}>
            <Time at={at} />
            <span>
              {who !== '' && <strong>{who} </strong>}
              {text}
              {quote !== undefined && <span class="quote">{quote}</span>}
              {what === 'opened' && opening !== '' && (
                <>
                  {' by event '}
                  <span class="mono" data-tip={opening}>
                    {opening.length > 8 ? `${opening.slice(0, 6)}…` : opening}
                  </span>
                </>
              )}
              {risk !== undefined && (
                <strong>
                  {' '}
                  {risk} {riskClassOf(risk, bounds)}
                </strong>
              )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
