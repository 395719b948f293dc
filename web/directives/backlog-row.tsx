import type { ComponentChildren, JSX } from 'preact';
import { session } from '../api/session.ts';
import { RiskChip, riskClassOf } from '../controls/risk-chip.tsx';
import { Time } from '../controls/time.tsx';
import { Track } from '../controls/track.tsx';
import { now } from '../format/clock.ts';
import { formatCount } from '../format/numbers.ts';
import { formatAddress } from '../router/address.ts';
import type { ListedBacklog } from './backlog-list.ts';
import type { RowAttributes } from './use-row-cursor.ts';

const OUTCOMES: Readonly<Record<string, string>> = {
  complete: 'complete',
  timeout: 'timed out',
  stopped: 'stopped',
  interrupted: 'interrupted',
};

export interface BacklogRowProps {
  readonly backlog: ListedBacklog;
  /** On the page of a directive its title says nothing: the source leads. */
  readonly isOfOne: boolean;
  readonly isCurrent: boolean;
  readonly row?: RowAttributes;
}

/** A live backlog; one that has ended stays dimmed, with its outcome. */
export function BacklogRowView(props: BacklogRowProps): JSX.Element {
  const { backlog, isOfOne, isCurrent, row } = props;
  const { title, from, to, names, stage, stages, events, needed, opened, ended } = backlog;
  const sources = <Addresses addresses={from} names={names} />;
  const lead = isOfOne ? sources : title;
  return (
    <tr {...row} class={`${isCurrent ? 'cur' : ''}${ended === undefined ? '' : ' ended'}`}>
      <td class="c-title" data-tip={isOfOne ? undefined : title}>
        <AlarmLink backlog={backlog}>{lead}</AlarmLink>
      </td>
      {!isOfOne && <RiskCell {...backlog} />}
      {!isOfOne && <td class="c-from">{sources}</td>}
      <td class="c-to">
        <Addresses addresses={to} names={names} />
      </td>
      {isOfOne && <RiskCell {...backlog} />}
      <td class="c-stage">
        {stage} of {stages}
      </td>
      <td class="c-count">
        <span class="of-bar">
          <span>
            {formatCount(events)} of {formatCount(needed)}
          </span>
          <Track share={needed === 0 ? 0 : events / needed} />
        </span>
      </td>
      <td class="c-opened num mut">
        <Time at={opened} />
      </td>
      <td class="c-left">
        {ended === undefined ? <TimeLeft {...backlog} /> : (OUTCOMES[ended] ?? ended)}
      </td>
    </tr>
  );
}

/** The address of a backlog's alarm; null while it has none. */
export function alarmOf({ alarm_id: id, risk }: ListedBacklog): string | null {
  return risk > 0 ? formatAddress(['alarms', id]) : null;
}

function AlarmLink({
  backlog,
  children,
}: {
  readonly backlog: ListedBacklog;
  readonly children: ComponentChildren;
}): JSX.Element {
  const to = alarmOf(backlog);
  return to === null ? <>{children}</> : <a href={to}>{children}</a>;
}

function RiskCell({ risk }: { readonly risk: number }): JSX.Element {
  const bounds = session.value?.risk_bounds;
  return (
    <td class="c-risk">
      {risk === 0 || bounds === undefined ? (
        <span class="risk None">
          <b>{risk}</b>
          <span>{risk === 0 && 'no alarm'}</span>
        </span>
      ) : (
        <RiskChip risk={risk} riskClass={riskClassOf(risk, bounds)} />
      )}
    </td>
  );
}

function Addresses({
  addresses,
  names,
}: {
  readonly addresses: readonly string[];
  readonly names: Readonly<Record<string, string>>;
}): JSX.Element {
  const [first = '', ...others] = addresses;
  const all = addresses.map((ip) => (names[ip] === undefined ? ip : `${names[ip]} ${ip}`));
  return (
    <span data-tip={all.join('\n')}>
      {names[first] ?? first}
      {others.length > 0 && <span class="more">+{others.length}</span>}
    </span>
  );
}

/** Counts down, with a bar that shrinks from the time that the stage had. */
function TimeLeft({ deadline, allowed }: ListedBacklog): JSX.Element {
  const left = Math.max(0, deadline - now.value);
  return (
    <span class="of-bar num-left">
      <Time at={deadline} as="left" />
      <Track share={allowed === 0 ? 0 : left / allowed} tone="edge" />
    </span>
  );
}
