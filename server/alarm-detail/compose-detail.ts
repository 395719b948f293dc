import type { AlarmRecord } from '../../core/alarm/alarm-record.ts';
import type { KeptEvent, StoredAlarmDetail } from '../../core/alarm/alarm-view.ts';
import type { Assets } from '../../core/asset/assets.ts';
import type { DirectiveSource } from '../../core/directive/directive-source.ts';
import type { AlarmStore } from '../../state/alarm-store.ts';
import type { AlarmDetail } from '../schemas/alarm-detail.ts';
import { addressesOf, describeAddresses } from './describe-addresses.ts';
import { describeHistory } from './describe-history.ts';
import { describeRow, nameAddresses, type ShownAlarm } from './describe-row.ts';
import { describeStages } from './describe-stages.ts';
import { kibanaLink } from './kibana-link.ts';

export interface DetailDeps {
  readonly store: Pick<AlarmStore, 'events' | 'countByAddress'>;
  readonly assets: () => Assets;
  readonly directive: (id: number) => DirectiveSource | undefined;
  readonly riskBounds: { readonly medRiskMin: number; readonly medRiskMax: number };
  readonly kibanaUrl: string;
}

/** What is said of an alarm beyond its row: `alarmDetail` without `alarmRow`. */
type Further = Pick<
  AlarmDetail,
  'as_of' | 'stages' | 'risk_bounds' | 'addresses' | 'history' | 'directive' | 'kibana_url'
>;

/** All events that are kept of an alarm. */
const MOST_EVENTS = 1000;

/** The alarm with all that store, assets and directive tell of it; times are Unix seconds. */
export async function composeDetail(
  stored: StoredAlarmDetail,
  deps: DetailDeps,
  { asOf, now }: { readonly asOf: number; readonly now: number },
): Promise<Omit<StoredAlarmDetail & ShownAlarm, 'history' | 'stages'> & Further> {
  const { alarm } = stored;
  const assets = deps.assets();
  const directive = deps.directive(stored.directive_id);
  const [events, otherAlarms] = await Promise.all([
    readEvents(alarm, deps),
    deps.store.countByAddress(addressesOf(alarm), alarm.alarm_id),
  ]);
  const row = describeRow(stored, assets);
  const { medRiskMin, medRiskMax } = deps.riskBounds;
  return {
    ...row,
    // An alarm names addresses of the stage under way only when the stage has finished.
    names: { ...nameAddresses(eventAddresses(events), assets), ...row.names },
    as_of: asOf,
    stages: describeStages(stored, { assets, directive }),
    risk_bounds: { medium_from: medRiskMin, high_above: medRiskMax },
    addresses: describeAddresses(alarm, { assets, events, otherAlarms }),
    history: describeHistory(stored, now),
    directive: directive === undefined ? null : describeDirective(directive),
    kibana_url: kibanaLink(deps.kibanaUrl, alarm),
  };
}

async function readEvents(
  { alarm_id: alarmId }: AlarmRecord,
  { store }: DetailDeps,
): Promise<readonly KeptEvent[]> {
  const { events } = await store.events({ alarmId, limit: MOST_EVENTS });
  return events;
}

function eventAddresses(events: readonly KeptEvent[]): string[] {
  const texts = events.flatMap(({ event }) => [event['src_ip'], event['dst_ip']]);
  return [...new Set(texts.filter((text) => typeof text === 'string'))];
}

function describeDirective(source: DirectiveSource): NonNullable<AlarmDetail['directive']> {
  const { id, name, description, runbook, false_positives: falsePositives, attack } = source;
  return {
    ...{ id, name },
    ...(description !== undefined && { description }),
    ...(runbook !== undefined && { runbook }),
    ...(falsePositives !== undefined && { false_positives: [...falsePositives] }),
    ...(attack !== undefined && { attack: [...attack] }),
  };
}
