import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from '../controls/icon.tsx';
import { Menu } from '../controls/menu.tsx';
import { Sheet } from '../controls/sheet.tsx';
import { nowMinute, serverNow, zone } from '../format/clock.ts';
import type { QueueState } from '../router/queue-state.ts';
import { readMoment, writeMoment } from './list/moment-text.ts';
import { OFFERED_SPANS, spanWords, toSpan } from './list/time-span.ts';
import { changeQueue } from './use-queue.ts';

/** In which time the last change of an alarm is to be. */
export function TimeMenu({ state }: { readonly state: QueueState }): JSX.Element {
  const [isChoosing, setChoosing] = useState(false);
  const words = spanWords(state.time, { zone: zone.value, now: nowMinute.value });
  const choose = (time: string) => () => {
    changeQueue({ time });
  };
  const isOther = state.time !== '' && OFFERED_SPANS.every(({ span }) => span !== state.time);
  return (
    <span class="time-menu">
      <Menu
        label="Time of the last change"
        align="end"
        button={
          <>
            {words} <Icon name="down" />
          </>
        }
        items={[
          { id: '', label: 'Any time', checked: state.time === '', run: choose('') },
          ...OFFERED_SPANS.map(({ span, label }) => ({
            ...{ id: span, label, checked: state.time === span, run: choose(span) },
          })),
          {
            ...{ id: 'other', label: 'From … to …', checked: isOther, apart: true },
            run: () => {
              setChoosing(true);
            },
          },
        ]}
      />
      {isChoosing && (
        <SpanSheet
          time={state.time}
          close={() => {
            setChoosing(false);
          }}
        />
      )}
    </span>
  );
}

function SpanSheet({
  time,
  close,
}: {
  readonly time: string;
  readonly close: () => void;
}): JSX.Element {
  const span = toSpan(time, Math.floor(serverNow()));
  const [from, setFrom] = useState(writeMoment(span.since, zone.peek()));
  const [to, setTo] = useState(writeMoment(span.until, zone.peek()));
  const since = readMoment(from, zone.peek());
  const until = readMoment(to, zone.peek());
  const isWrong = since !== undefined && until !== undefined && since > until;
  const isEmpty = since === undefined && until === undefined;
  return (
    <Sheet title="Time of the last change" close={close}>
      <form
        class="span-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isWrong) return;
          close();
          changeQueue({ time: isEmpty ? '' : `${String(since ?? '')}..${String(until ?? '')}` });
        }}
      >
        <Moment
          label={`From (${zone.value === 'utc' ? 'UTC' : 'local'})`}
          value={from}
          set={setFrom}
        />
        <Moment label={`To (${zone.value === 'utc' ? 'UTC' : 'local'})`} value={to} set={setTo} />
        {isWrong && (
          <p class="failed" role="alert">
            The first time is after the second.
          </p>
        )}
        <button type="submit" class="btn main">
          Show
        </button>
      </form>
    </Sheet>
  );
}

function Moment(props: {
  readonly label: string;
  readonly value: string;
  readonly set: (value: string) => void;
}): JSX.Element {
  return (
    <label>
      {props.label}
      <span class="field">
        <input
          type="datetime-local"
          value={props.value}
          onInput={(event) => {
            props.set(event.currentTarget.value);
          }}
        />
      </span>
    </label>
  );
}
