import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { copyText } from '../controls/copy-text.ts';
import { keyName } from '../controls/key-name.ts';
import { Time } from '../controls/time.tsx';
import { formatEndpoint } from '../format/addresses.ts';
import { customColumns, type CustomColumn } from './event-columns.ts';
import { numberOf, textOf, timeOf } from './event-fields.ts';
import type { AlarmEvent } from './event-pages.ts';

type Names = Readonly<Record<string, string>>;

export interface EventTableProps {
  readonly events: readonly AlarmEvent[];
  /** All events of the alarm: they decide which columns there are. */
  readonly all: readonly AlarmEvent[];
  readonly names: Names;
}

/** Events in dense rows; enter or a click on one shows it whole below. Arrow keys move from row to row. */
export function EventTable({ events, all, names }: EventTableProps): JSX.Element {
  const [open, setOpen] = useState<number | null>(null);
  const [focused, setFocused] = useState<number | null>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const columns = useMemo(() => customColumns(all), [all]);
  const toggle = (place: number): void => {
    setOpen(open === place ? null : place);
    setFocused(place);
  };
  return (
    <table class="fix dense ev">
      <EventHead columns={columns} />
      <tbody
        ref={body}
        onKeyDown={(event) => {
          if (moveFocus(body.current, keyName(event))) event.preventDefault();
        }}
      >
        {events.map((event, index) => (
          <EventRow
            key={event.place}
            {...{ event, columns, names }}
            isOpen={open === event.place}
            isStop={focused === null ? index === 0 : focused === event.place}
            toggle={toggle}
          />
        ))}
      </tbody>
    </table>
  );
}

function EventHead({ columns }: { readonly columns: readonly CustomColumn[] }): JSX.Element {
  return (
    <>
      <colgroup>
        <col class="c-time" />
        <col class="c-stage" />
        <col />
        <col class="c-from" />
        <col class="c-to" />
        {columns.map(({ key }) => (
          <col key={key} class="c-custom" />
        ))}
        <col class="c-sensor" />
      </colgroup>
      <thead>
        <tr>
          <th>Time</th>
          <th class="c-stage">Stage</th>
          <th>Event</th>
          <th class="c-from">From</th>
          <th class="c-to">To</th>
          {columns.map(({ key, label }) => (
            <th key={key} class="c-custom clip" data-tip={label}>
              {label}
            </th>
          ))}
          <th class="c-sensor">Sensor</th>
        </tr>
      </thead>
    </>
  );
}

interface EventRowProps {
  readonly event: AlarmEvent;
  readonly columns: readonly CustomColumn[];
  readonly names: Names;
  readonly isOpen: boolean;
  /** The one row that Tab comes to. */
  readonly isStop: boolean;
  readonly toggle: (place: number) => void;
}

function EventRow({
  event: row,
  columns,
  names,
  isOpen,
  isStop,
  toggle,
}: EventRowProps): JSX.Element {
  const { place, stage, event } = row;
  const title = textOf(event, 'title');
  return (
    <>
      <tr
        class={isOpen ? 'cur' : undefined}
        onClick={(click) => {
          // A time copies itself.
          if (!(click.target instanceof Element) || click.target.closest('time') === null)
            toggle(place);
        }}
      >
        <td>
          <Time at={timeOf(event)} precision="millisecond" />
        </td>
        <td class="c-stage">{stage}</td>
        <td>
          <button
            type="button"
            class="open-row clip"
            aria-expanded={isOpen}
            tabIndex={isStop ? 0 : -1}
          >
            {title === '' ? textOf(event, 'event_id') : title}
          </button>
        </td>
        <Endpoint side="from" {...{ event, names }} />
        <Endpoint side="to" {...{ event, names }} />
        {columns.map(({ key }) => (
          <td key={key} class="c-custom">
            {textOf(event, key)}
          </td>
        ))}
        <td class="c-sensor mut">{textOf(event, 'sensor')}</td>
      </tr>
      {isOpen && (
        <tr class="raw">
          <td colSpan={6 + columns.length}>
            <Raw event={event} />
          </td>
        </tr>
      )}
    </>
  );
}

interface EndpointProps {
  readonly side: 'from' | 'to';
  readonly event: AlarmEvent['event'];
  readonly names: Names;
}

function Endpoint({ side, event, names }: EndpointProps): JSX.Element {
  const [ip, port] =
    side === 'from'
      ? [textOf(event, 'src_ip'), numberOf(event, 'src_port')]
      : [textOf(event, 'dst_ip'), numberOf(event, 'dst_port')];
  const name = names[ip];
  return (
    <td class={`c-${side}`} data-tip={name === undefined ? undefined : formatEndpoint(ip, port)}>
      {name === undefined
        ? formatEndpoint(ip, port)
        : port === 0
          ? name
          : `${name}:${String(port)}`}
    </td>
  );
}

function Raw({ event }: { readonly event: AlarmEvent['event'] }): JSX.Element {
  const text = JSON.stringify(event, null, 2);
  return (
    <div class="raw-box">
      <button
        type="button"
        class="btn"
        onClick={(click) => {
          click.stopPropagation();
          copyText(text);
        }}
      >
        Copy<span class="sr"> the event</span>
      </button>
      <pre tabIndex={0} aria-label="The event as it is kept">
        {text}
      </pre>
    </div>
  );
}

function moveFocus(body: HTMLElement | null, name: string | null): boolean {
  if (name !== 'down' && name !== 'up') return false;
  const rows = [...(body?.querySelectorAll<HTMLElement>('.open-row') ?? [])];
  const at = rows.findIndex((row) => row === document.activeElement);
  const to = rows[at + (name === 'down' ? 1 : -1)];
  if (at < 0 || to === undefined) return false;
  to.focus();
  return true;
}
