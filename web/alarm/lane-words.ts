import type { StageView } from '../../server/schemas/alarm-detail.ts';
import { countOf } from '../format/numbers.ts';
import { formatTime, type TimeStyle } from '../format/times.ts';
import { allowedTime } from './stage-span.ts';

/** A lane in a sentence: "20 events from 13:43:21 to 13:55:48; the limit was 14:13:21". */
export function laneWords(
  { stage, began }: { readonly stage: StageView; readonly began: number | null },
  times: readonly number[],
  style: Omit<TimeStyle, 'precision'>,
): string {
  const text = (at: number): string => formatTime(at, { ...style, precision: 'second' });
  const [first] = times;
  const last = times.at(-1);
  const count = countOf(Math.max(stage.accepted, times.length), 'event');
  const when =
    first === undefined || last === undefined
      ? count
      : first === last
        ? `${count} at ${text(first)}`
        : `${count} from ${text(first)} to ${text(last)}`;
  if (stage.state === 'waiting') return 'Not reached';
  const allowed = allowedTime(stage, began);
  if (allowed === null) return when;
  const limit = text(allowed.to);
  return stage.state === 'running'
    ? `${when}; waits until ${limit}`
    : `${when}; the limit was ${limit}`;
}
