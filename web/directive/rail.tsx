import type { JSX } from 'preact';
import type { DirectiveSource } from '../../core/directive/directive-source.ts';
import { RiskChip } from '../controls/risk-chip.tsx';
import { Time } from '../controls/time.tsx';
import { alarmsOf } from '../directives/alarm-counts.tsx';
import { formatCount } from '../format/numbers.ts';
import { formatAddress } from '../router/address.ts';
import { RiskMatrix } from './risk-matrix.tsx';
import type { AlarmList, DirectiveDetail } from './use-directive.ts';

export interface RailProps {
  readonly detail: DirectiveDetail;
  readonly source: DirectiveSource | null;
  readonly latest: AlarmList | null;
}

/** Beside the rules: what risk they give, what came of them, where they stand. */
export function Rail({ detail, source, latest }: RailProps): JSX.Element {
  return (
    <aside class="rail" aria-label="Risk, alarms and file">
      {source !== null && <RiskMatrix source={source} />}
      {latest !== null && <LatestAlarms id={detail.id} latest={latest} />}
      <Origin detail={detail} />
    </aside>
  );
}

function LatestAlarms({
  id,
  latest: { alarms, total },
}: {
  readonly id: number;
  readonly latest: AlarmList;
}): JSX.Element {
  return (
    <section>
      <h2>
        Latest alarms
        {total > 0 && (
          <a class="link" href={alarmsOf(id, '')}>
            all {formatCount(total)}
          </a>
        )}
      </h2>
      {alarms.length === 0 && <p class="note">None yet.</p>}
      <ul class="latest">
        {alarms.map(({ alarm, names }) => (
          <li key={alarm.alarm_id}>
            <RiskChip risk={alarm.risk} riskClass={alarm.risk_class} bare />
            <a class="clip" href={formatAddress(['alarms', alarm.alarm_id])} data-tip={alarm.title}>
              {pathWords(alarm.src_ips, alarm.dst_ips, names)}
            </a>
            <Time at={alarm.update_time} as="age" />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** "db01 from 203.0.113.77": the title would be the same for all of them. */
function pathWords(
  from: readonly string[],
  to: readonly string[],
  names: Readonly<Record<string, string>>,
): string {
  const word = ([first = '', ...others]: readonly string[]): string =>
    `${names[first] ?? first}${others.length === 0 ? '' : ` +${String(others.length)}`}`;
  return `${word(to)} from ${word(from)}`;
}

function Origin({ detail }: { readonly detail: DirectiveDetail }): JSX.Element {
  const { file, line, loaded_at: loaded, changed_at: changed, warning_list: warnings } = detail;
  return (
    <section>
      <h2>Where it comes from</h2>
      <dl class="kv">
        <dt>File</dt>
        <dd>
          <a class="link" href={fileOf(detail)}>
            {file}
          </a>
        </dd>
        {line !== null && (
          <>
            <dt>Line</dt>
            <dd>{formatCount(line)}</dd>
          </>
        )}
        <dt>Loaded</dt>
        <dd>
          <Time at={loaded} />
        </dd>
        {changed !== null && (
          <>
            <dt>Changed</dt>
            <dd>
              <Time at={changed} />
            </dd>
          </>
        )}
        <dt>Warnings</dt>
        <dd>{warnings.length === 0 ? 'none' : warnings.length}</dd>
      </dl>
      {warnings.length > 0 && (
        <ul class="warnings">
          {warnings.map(({ text }) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
      {!detail.source_as_written && (
        <p class="note">The file has changed since it was loaded; this is what is loaded.</p>
      )}
    </section>
  );
}

/** The address of a directive's place in its file. */
export function fileOf({ file, line }: Pick<DirectiveDetail, 'file' | 'line'>): string {
  return formatAddress(['configuration', file], [['line', line === null ? '' : String(line)]]);
}
