// The shapes of alarms with all that is known of them; the one description for routes, documents and page.
import { z } from 'zod';
import { ALARM_ACTIONS, type AlarmAction } from '../../core/alarm/alarm-action.ts';
import type { AlarmHandling, EventsSummary, KeptEvent } from '../../core/alarm/alarm-view.ts';
import { PAGE_ANSWER } from '../paging.ts';
import { alarmRule, alarmState, finding } from './alarm.ts';

const handling = {
  version: z.int().meta({ description: 'Changes by persons so far; send it to change exactly it' }),
  comments: z.int(),
  assignee: z.string().meta({ description: 'Empty: nobody' }),
  first_look: z.number().meta({ description: 'Unix seconds; 0 for never' }),
  closed_at: z.number().meta({ description: 'Unix seconds; 0 while it is not closed' }),
};

z.object(handling) satisfies z.ZodType<AlarmHandling>;

/** An alarm in a list. */
export const alarmRow = alarmState.extend({
  ...handling,
  names: z
    .record(z.string(), z.string())
    .meta({ description: 'Asset names of its addresses, by address; only those that have one' }),
  intel: z.boolean().meta({ description: 'Whether a look-up found something' }),
});
export type AlarmRow = z.infer<typeof alarmRow>;

/** The answer of GET /api/alarms. */
export const alarmList = z.object({
  alarms: z.array(alarmRow),
  as_of: z.int().meta({ description: 'The last change of the feed that is in it' }),
  ...PAGE_ANSWER,
});

const riskTerms = z.object({
  time: z.int(),
  priority: z.int(),
  reliability: z.int(),
  asset_value: z.int(),
  address: z.string().meta({ description: 'Whose asset value counted; empty for none' }),
  risk: z.int(),
});

/** How one stage of an alarm went. */
export const stageView = z.object({
  stage: z.int(),
  name: z.string(),
  rule: alarmRule.meta({ description: 'As the alarm has it: known references replaced' }),
  references: z
    .record(z.string(), z.int())
    .meta({ description: 'Fields of the rule that refer to a stage, with that stage' }),
  state: z.enum(['finished', 'running', 'waiting', 'timeout', 'ended']).meta({
    description:
      'running: under way; waiting: not reached; ended: the backlog ended in it otherwise',
  }),
  needed: z.int(),
  came: z.int().meta({ description: 'Distinct events counted' }),
  accepted: z.int().meta({ description: 'Accepted events, repeated and later ones too' }),
  started: z.int().nullable(),
  ended: z.int().nullable(),
  deadline: z.int().nullable(),
  risk: riskTerms.nullable().meta({ description: 'When it finished; null when not recorded' }),
  would_be: z
    .int()
    .nullable()
    .meta({ description: 'The risk if it finished now; null when it is not next' }),
});
export type StageView = z.infer<typeof stageView>;

/** One address of an alarm. */
export const addressView = z.object({
  ip: z.string(),
  roles: z.array(z.enum(['from', 'to'])),
  name: z.string().meta({ description: 'Asset name; empty for none' }),
  value: z.int().meta({ description: 'Asset value, 0 for none' }),
  home_net: z.boolean(),
  networks: z.array(z.string()),
  ports: z.array(z.int()).meta({ description: 'Seen in kept events and look-ups' }),
  hits: z.array(finding),
  vulnerabilities: z.array(finding),
  other_alarms: z.int(),
});
export type AddressView = z.infer<typeof addressView>;

const historyEntry = z.object({
  at: z.number(),
  by: z.string().meta({ description: 'The name of the token; empty for the engine' }),
  what: z.enum([...ALARM_ACTIONS, 'opened', 'stage', 'ended']),
  from: z.string(),
  value: z.string().meta({ description: 'For a stage its number, for the end how it ended' }),
  risk: z.int().exactOptional().meta({ description: 'The risk that the stage gave' }),
});
export type HistoryEntry = z.infer<typeof historyEntry>;

z.object({
  alarm_id: z.string(),
  at: z.number(),
  by: z.string(),
  what: z.enum(ALARM_ACTIONS),
  from: z.string(),
  value: z.string(),
}) satisfies z.ZodType<AlarmAction>;

/** What is known of an alarm's accepted events. */
const eventsSummary = z.object({
  total: z.int(),
  kept: z.int(),
  recorded: z.boolean().meta({ description: 'False: events were not recorded' }),
  stages: z.array(z.object({ stage: z.int(), total: z.int(), kept: z.int() })),
  bucket_seconds: z.int(),
  not_kept: z
    .array(z.object({ time: z.int(), stage: z.int(), count: z.int() }))
    .meta({ description: 'Events that were not kept, by time' }),
}) satisfies z.ZodType<EventsSummary>;

/** What a directive says about itself. */
const directiveText = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string().exactOptional(),
  runbook: z.string().exactOptional().meta({ description: 'An address' }),
  false_positives: z.array(z.string()).exactOptional(),
  attack: z.array(z.string()).exactOptional().meta({ description: 'ATT&CK ids such as T1110.001' }),
});

/** The answer of GET /api/alarms/:id. */
export const alarmDetail = alarmRow.extend({
  as_of: z.int(),
  stages: z.array(stageView),
  risk_bounds: z.object({ medium_from: z.int(), high_above: z.int() }),
  addresses: z.array(addressView),
  history: z.array(historyEntry).meta({ description: 'Newest first' }),
  event_summary: eventsSummary,
  directive: directiveText.nullable().meta({ description: 'null when it is not loaded' }),
  kibana_url: z.string().nullable(),
});
export type AlarmDetail = z.infer<typeof alarmDetail>;

/** The answer of GET /api/alarms/:id/events: newest first. */
export const alarmEvents = z.object({
  events: z.array(
    z.object({
      place: z.int().meta({ description: 'Among the accepted events of the alarm, from 1' }),
      stage: z.int(),
      event: z.record(z.string(), z.unknown()).meta({ description: 'As in SPEC §1' }),
    }),
  ),
  next: z.string().nullable(),
}) satisfies z.ZodType<{ events: KeptEvent[]; next: string | null }>;
