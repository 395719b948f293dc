import type { JSX } from 'preact';
import { can } from '../api/session.ts';
import { OnOff } from '../controls/on-off.tsx';
import { Time } from '../controls/time.tsx';
import { formatCount, formatShare } from '../format/numbers.ts';
import { formatAddress } from '../router/address.ts';
import { AlarmCountCells } from './alarm-counts.tsx';
import { DirectiveName } from './directive-name.tsx';
import { falseShare, type DirectiveEntry } from './entry.ts';
import { finishedByStage } from './funnel.ts';
import { FunnelCells } from './funnel-cells.tsx';
import { MOSTLY_FALSE } from './judge.ts';
import { Note } from './note.tsx';
import { switchDirective, switchWords } from './switch-directive.ts';
import { keepRow } from './use-entries.ts';
import type { RowAttributes } from './use-row-cursor.ts';

export interface DirectiveRowProps {
  readonly entry: DirectiveEntry;
  /** Alarms are counted over it. */
  readonly span: string;
  readonly isCurrent: boolean;
  readonly row: RowAttributes;
}

/** A directive in the table. */
export function DirectiveRowView({ entry, span, isCurrent, row }: DirectiveRowProps): JSX.Element {
  const { id, name, stages, enabled, backlogs } = entry.row;
  const { statistics, alarms } = entry;
  return (
    <tr {...row} class={`${isCurrent ? 'cur' : ''}${enabled ? '' : ' off'}`}>
      <td class="c-on">
        <Switch entry={entry} />
      </td>
      <td class="c-id mut">{id}</td>
      <td class="c-name" data-tip={name}>
        <a href={formatAddress(['directives', String(id)])}>
          <DirectiveName name={name} />
        </a>
      </td>
      <td class="c-fun">
        <FunnelCells finished={finishedByStage(stages, statistics?.stages ?? [])} />
      </td>
      <td class="c-live num">
        {backlogs === 0 || !enabled ? (
          <span class="dim" data-tip={backlogs === 0 ? undefined : STOPPED}>
            {formatCount(backlogs)}
          </span>
        ) : (
          <a class="link" href={backlogsOf(id)}>
            {formatCount(backlogs)}
          </a>
        )}
      </td>
      <td class="c-hml num">
        <AlarmCountCells id={id} alarms={alarms} span={span} />
      </td>
      <td class="c-fp num mut">
        <FalseShare share={falseShare(alarms)} />
      </td>
      <td class="c-ev num mut">{formatCount(statistics?.events_day ?? 0)}</td>
      <td class="c-last num mut">
        {statistics?.last_event == null ? 'never' : <Time at={statistics.last_event} as="age" />}
      </td>
      <td class="c-note">
        <Note entry={entry} />
      </td>
    </tr>
  );
}

const STOPPED = 'Stopped while the directive is off; those still in time go on when it is on again';

/** The address of a directive's live backlogs. */
export function backlogsOf(id: number): string {
  return formatAddress(['directives', 'backlogs'], [['directive', String(id)]]);
}

function Switch({ entry: { row } }: { readonly entry: DirectiveEntry }): JSX.Element {
  const { id, enabled, disabled } = row;
  if (disabled || !can.value.switch_directives) {
    return <span class="mut">{enabled ? 'on' : 'off'}</span>;
  }
  const words = switchWords(row);
  return (
    <OnOff
      label={`Directive ${String(id)}: ${words}`}
      tip={words}
      on={enabled}
      change={(on) => {
        switchDirective(row, on, keepRow);
      }}
    />
  );
}

function FalseShare({ share }: { readonly share: number | null }): JSX.Element | null {
  if (share === null) return null;
  // Whole in a column: 8 %, not 8.3 %.
  const text = formatShare(Math.round(share * 100) / 100).replace('.0', '');
  return share >= MOSTLY_FALSE ? <b class="much">{text}</b> : <>{text}</>;
}
