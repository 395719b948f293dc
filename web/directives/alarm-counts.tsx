import type { JSX } from 'preact';
import { formatCount } from '../format/numbers.ts';
import { ALL_STATUSES, queueAddress } from '../router/queue-state.ts';
import type { AlarmCounts } from './entry.ts';

const CLASSES = [
  { key: 'high', name: 'High' },
  { key: 'medium', name: 'Medium' },
  { key: 'low', name: 'Low' },
] as const;

/** Alarms High, Medium, Low of a directive; each number leads to them. */
export function AlarmCountCells({
  id,
  alarms,
  span,
}: {
  readonly id: number;
  readonly alarms: AlarmCounts;
  readonly span: string;
}): JSX.Element {
  return (
    <span class="hml">
      {CLASSES.map(({ key, name }) => {
        const count = alarms[key];
        if (count === 0) {
          return (
            <span key={key} class="dim">
              <span aria-hidden="true">·</span>
              <span class="sr">0 {name} </span>
            </span>
          );
        }
        return (
          <a key={key} class={name} href={alarmsOf(id, span, name)}>
            {formatCount(count)}
            <span class="sr"> {name} </span>
          </a>
        );
      })}
    </span>
  );
}

/** The address of a directive's alarms of every status; of one risk class when it is given. */
export function alarmsOf(id: number, span: string, riskClass?: string): string {
  return queueAddress({
    status: ALL_STATUSES,
    is: {
      directive: [String(id)],
      ...(riskClass === undefined ? {} : { risk: [riskClass] }),
    },
    time: span,
  });
}
