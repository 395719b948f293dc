import { computed } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { now, nowMinute, zone } from '../format/clock.ts';
import { formatAge, formatCountdown } from '../format/durations.ts';
import { formatFull, formatTime, isoText, type TimeStyle } from '../format/times.ts';
import { copyText } from './copy-text.ts';

export interface TimeProps {
  /** Unix seconds. */
  readonly at: number;
  /** `age` is `9 min` for columns, `time` (default) is `13:41` or with a date, `left` counts down to `at`. */
  readonly as?: 'age' | 'time' | 'left';
  readonly precision?: NonNullable<TimeStyle['precision']>;
}

/** A time that tells itself in full, local and UTC, on hover, focus or tap, and copies ISO 8601 on click. */
export function Time({ at, as = 'time', precision = 'minute' }: TimeProps): JSX.Element {
  // A signal as the child: the tick of a second changes only the texts that are new, without drawing again.
  const text = useMemo(
    () =>
      computed(() => {
        if (as === 'age') return formatAge(now.value - at);
        if (as === 'left') return formatCountdown(at - now.value);
        return formatTime(at, { zone: zone.value, now: nowMinute.value, precision });
      }),
    [at, as, precision],
  );
  const iso = isoText(at);
  return (
    <time
      dateTime={iso}
      data-tip={`${formatFull(at, 'local')}\n${formatFull(at, 'utc')}`}
      onClick={() => {
        copyText(iso);
      }}
    >
      {text}
    </time>
  );
}
