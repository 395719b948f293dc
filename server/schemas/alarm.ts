// The shapes of alarms as feed and REST show them; the one description of both, also for those who read them.
import { z } from 'zod';
import type { AlarmFacet } from '../../core/alarm/alarm-facets.ts';
import type { AlarmRecord, AlarmRule } from '../../core/alarm/alarm-record.ts';
import type { AlarmState, BacklogProgress, StageRisk } from '../../core/alarm/alarm-state.ts';
import { MISSING_NODES } from '../missing-nodes.ts';

export const RISK_CLASSES = ['Low', 'Medium', 'High'] as const;
export const PROGRESSES = ['running', 'complete', 'timeout', 'stopped', 'interrupted'] as const;

export const alarmRule = z.object({
  name: z.string(),
  stage: z.int(),
  occurrence: z.int(),
  type: z.enum(['PluginRule', 'TaxonomyRule']),
  plugin_id: z.int(),
  plugin_sid: z.array(z.int()).exactOptional(),
  product: z.array(z.string()).exactOptional(),
  category: z.string().exactOptional(),
  subcategory: z.array(z.string()).exactOptional(),
  from: z.string(),
  to: z.string(),
  port_from: z.string(),
  port_to: z.string(),
  protocol: z.string(),
  custom_data1: z.string().exactOptional(),
  custom_data2: z.string().exactOptional(),
  custom_data3: z.string().exactOptional(),
  sticky_different: z.string().exactOptional(),
  reliability: z.int(),
  timeout: z.int(),
  start_time: z.int().exactOptional(),
  end_time: z.int().exactOptional(),
  status: z.enum(['finished', 'timeout']).exactOptional(),
}) satisfies z.ZodType<AlarmRule>;

export const finding = z.object({ provider: z.string(), term: z.string(), result: z.string() });

const alarmRecord = z.object({
  alarm_id: z.string(),
  title: z.string(),
  status: z.string(),
  tag: z.string(),
  kingdom: z.string(),
  category: z.string(),
  created_time: z.int(),
  update_time: z.int(),
  risk: z.int(),
  risk_class: z.enum(RISK_CLASSES),
  rules: z.array(alarmRule),
  src_ips: z.array(z.string()),
  dst_ips: z.array(z.string()),
  networks: z.array(z.string()),
  intel_hits: z.array(finding).exactOptional(),
  vulnerabilities: z.array(finding).exactOptional(),
  custom_data: z.array(z.object({ label: z.string(), content: z.string() })).exactOptional(),
}) satisfies z.ZodType<AlarmRecord>;

const counts = {
  stage: z.int().meta({ description: 'The current stage, or the last one it reached' }),
  stages: z.int(),
  events: z.int().meta({ description: 'Distinct events of that stage' }),
  needed: z.int(),
  events_total: z.int().meta({ description: 'Accepted events of all stages' }),
  first_event: z.int().meta({ description: 'Event time, Unix seconds' }),
  last_event: z.int().meta({ description: 'Event time, Unix seconds' }),
  deadline: z.int().meta({ description: 'The last second in which the current stage lives' }),
};

const stageRisk = z.object({
  stage: z.int(),
  time: z.int(),
  priority: z.int(),
  reliability: z.int(),
  asset_value: z.int(),
  address: z.string(),
  risk: z.int(),
}) satisfies z.ZodType<StageRisk>;

/** How far a backlog has come. */
export const backlogCounts = z.object(counts) satisfies z.ZodType<BacklogProgress>;

/** An alarm as feed and REST show it. */
export const alarmState = z.object({
  alarm: alarmRecord.meta({ description: 'As a line of siem_alarms.json' }),
  directive_id: z.int().meta({ description: '0 for an alarm that was read from a file' }),
  progress: z.enum(PROGRESSES),
  risks: z.array(stageRisk).meta({ description: 'What the risk was made of, by finished stage' }),
  deleted: z.literal(true).exactOptional(),
  ...counts,
  node: z.string().meta({ description: 'Empty for an engine without a name' }),
}) satisfies z.ZodType<AlarmState>;

const facet = z.object({
  values: z.array(z.object({ value: z.string(), count: z.int() })),
  rest: z.object({ values: z.int(), count: z.int() }),
}) satisfies z.ZodType<AlarmFacet>;

/** The answer of GET /api/alarms/facets. */
export const alarmFacets = z.object({
  ...MISSING_NODES,
  status: facet,
  tag: facet,
  risk: facet,
  progress: facet,
  directive: facet,
  from: facet,
  to: facet,
  names: z
    .object({
      directive: z.record(z.string(), z.string()),
      address: z.record(z.string(), z.string()),
    })
    .meta({ description: 'Names of directives by id, of assets by address, where there is one' }),
});
