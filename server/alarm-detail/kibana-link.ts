import type { AlarmRecord } from '../../core/alarm/alarm-record.ts';

/** The name of Dsiem's index pattern of alarms, whose documents have the alarm's id as theirs. */
const INDEX = 'siem_alarms';
const MARGIN_SECONDS = 3600;

/**
 * The address under which Kibana shows the alarm's document in its Discover page, as Dsiem's page leads there: later
 * versions of Kibana forward it. Null without a Kibana.
 */
export function kibanaLink(
  kibanaUrl: string,
  { alarm_id, created_time, update_time }: AlarmRecord,
): string | null {
  if (kibanaUrl === '') return null;
  const from = toIso(created_time - MARGIN_SECONDS);
  const to = toIso(update_time + MARGIN_SECONDS);
  const query = encodeURIComponent(`_id:"${alarm_id}"`);
  const global = `(time:(from:'${from}',to:'${to}'))`;
  const state = `(columns:!(_source),index:${INDEX},interval:auto,query:(language:lucene,query:'${query}'))`;
  return `${kibanaUrl.replace(/\/+$/, '')}/app/kibana#/discover?_g=${global}&_a=${state}`;
}

function toIso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
