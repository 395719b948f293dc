import { Component, type JSX } from 'preact';
import { Icon } from '../controls/icon.tsx';
import { RiskChip } from '../controls/risk-chip.tsx';
import { StageGlyph } from '../controls/stage-glyph.tsx';
import { Time } from '../controls/time.tsx';
import { countOf, formatCount } from '../format/numbers.ts';
import { formatAddress } from '../router/address.ts';
import type { QueueRow } from './list/queue-row.ts';
import type { Cell } from './list/row-cells.ts';
import { endWords, sideTip, sideWords } from './list/row-words.ts';

export interface AlarmLineProps {
  readonly row: QueueRow;
  /** Its place in the list, from 1. */
  readonly place: number;
  readonly isCurrent: boolean;
  readonly isSelected: boolean;
  readonly isUnread: boolean;
  /** With its status, on All. */
  readonly hasStatus: boolean;
  /** A new alarm's tag, which is not shown. */
  readonly firstTag: string;
  readonly flashing: ReadonlySet<Cell> | undefined;
}

const COMPARED = [
  ...(['row', 'place', 'isCurrent', 'isSelected', 'isUnread'] as const),
  ...(['hasStatus', 'firstTag', 'flashing'] as const),
] satisfies readonly (keyof AlarmLineProps)[];

/**
 * A row of the queue; drawn again only when something of it has changed. Clicks and ticks are the table's. Not by useMemo: a
 * node that is kept and drawn again is cloned, and the kept one holds on to the list that it once stood in.
 */
export class AlarmLine extends Component<AlarmLineProps> {
  override shouldComponentUpdate(next: AlarmLineProps): boolean {
    return COMPARED.some((name) => this.props[name] !== next[name]);
  }

  override render(): JSX.Element {
    return drawLine(this.props);
  }
}

function drawLine(props: AlarmLineProps): JSX.Element {
  const { row, place, isCurrent, isSelected, hasStatus, flashing } = props;
  const { alarm } = row;
  const { alarm_id: id } = alarm;
  const names = [isCurrent && 'cur', isSelected && 'sel', row.departed !== '' && 'left'];
  const cell = (name: string, key?: Cell): string =>
    key !== undefined && flashing?.has(key) === true ? `${name} flash` : name;
  return (
    <tr
      role="row"
      class={names.filter(Boolean).join(' ') || undefined}
      data-id={id}
      aria-rowindex={place + 1}
      aria-selected={isSelected}
      tabIndex={isCurrent ? 0 : -1}
    >
      <td role="gridcell" class="c-chk">
        <input
          type="checkbox"
          class="check"
          checked={isSelected}
          tabIndex={isCurrent ? 0 : -1}
          aria-label={`Select ${alarm.title}`}
        />
      </td>
      <td role="gridcell" class={cell('c-risk', 'risk')}>
        <RiskChip risk={alarm.risk} riskClass={alarm.risk === 0 ? '' : alarm.risk_class} />
      </td>
      <Title {...props} />
      {hasStatus && (
        <td role="gridcell" class={cell('c-status', 'status')}>
          {alarm.status}
        </td>
      )}
      <td role="gridcell" class={cell('c-stage', 'stages')}>
        <Stages row={row} />
      </td>
      <td
        role="gridcell"
        class={cell('c-from', 'from')}
        data-tip={sideTip(alarm.src_ips, row.names)}
      >
        <Side addresses={alarm.src_ips} row={row} />
        <span class="to-too">
          {' '}
          to <Side addresses={alarm.dst_ips} row={row} />
        </span>
        {row.intel && <span class="flag">intel</span>}
      </td>
      <td role="gridcell" class={cell('c-to', 'to')} data-tip={sideTip(alarm.dst_ips, row.names)}>
        <Side addresses={alarm.dst_ips} row={row} />
      </td>
      <td role="gridcell" class={cell('c-ev num', 'events')}>
        {formatCount(row.events_total)}
      </td>
      <td role="gridcell" class="c-st num">
        <Time at={alarm.created_time} />
      </td>
      <td role="gridcell" class={cell('c-last num', 'last')}>
        <Time at={alarm.update_time} as="age" />
      </td>
    </tr>
  );
}

function Title(props: AlarmLineProps): JSX.Element {
  const { row, isCurrent, isUnread, firstTag, flashing } = props;
  const { alarm, comments, departed } = row;
  const tag = alarm.tag === firstTag ? '' : alarm.tag;
  return (
    <td
      role="gridcell"
      class={flashing?.has('title') === true ? 'c-title flash' : 'c-title'}
      data-tip={[alarm.title, tag, departed].filter(Boolean).join('\n')}
    >
      <span class="line">
        <a
          class={isUnread ? 'clip un' : 'clip'}
          href={formatAddress(['alarms', alarm.alarm_id])}
          tabIndex={isCurrent ? 0 : -1}
        >
          {alarm.title}
        </a>
        <Marks comments={comments} tag={tag} departed={departed} />
      </span>
    </td>
  );
}

function Marks(props: {
  readonly comments: number;
  readonly tag: string;
  readonly departed: string;
}): JSX.Element | null {
  const { comments, tag, departed } = props;
  if (comments === 0 && tag === '' && departed === '') return null;
  return (
    <span class="marks">
      {comments > 0 && (
        <span class="cm">
          <Icon name="comment" />
          <span class="sr">{countOf(comments, 'comment')}</span>
          <span aria-hidden="true">{formatCount(comments)}</span>
        </span>
      )}
      {departed === '' ? tag !== '' && <span>{tag}</span> : <span class="out">{departed}</span>}
    </span>
  );
}

function Stages({ row }: { readonly row: QueueRow }): JSX.Element {
  const end = endWords(row);
  const { stage, stages, events, needed, progress } = row;
  return (
    <span class={row.progress === 'complete' ? 'stg whole' : 'stg'}>
      <StageGlyph {...{ stage, stages, events, needed, progress }} />
      <span class="rest">
        {end === '' ? (
          <>
            <Time at={row.deadline} as="left" /> left
          </>
        ) : (
          end
        )}
      </span>
    </span>
  );
}

function Side({
  addresses,
  row,
}: {
  readonly addresses: readonly string[];
  readonly row: QueueRow;
}): JSX.Element {
  const { first, more } = sideWords(addresses, row.names);
  return (
    <>
      {first}
      {more > 0 && <span class="more">+{formatCount(more)}</span>}
    </>
  );
}
