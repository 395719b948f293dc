// The messages of the live feed (docs/feed.md); those who read them parse with these schemas.
import { z } from 'zod';
import { alarmState, backlogCounts, PROGRESSES } from '../schemas/alarm.ts';

/** The version that each message carries. */
export const FEED_VERSION = 1;

/** What updates are about; a client can ask for some of them. */
export const UPDATE_KINDS = ['alarm', 'progress', 'change', 'backlog', 'notice'] as const;
export type UpdateKind = (typeof UPDATE_KINDS)[number];

const sequence = z.int().min(0);
const version = z.literal(FEED_VERSION);

const alarmUpdate = z.object({ kind: z.literal('alarm'), sequence, state: alarmState });

const progressUpdate = z.object({
  kind: z.literal('progress'),
  sequence,
  alarm_id: z.string(),
  counts: backlogCounts,
});

/** What a person did to an alarm. */
const changeUpdate = z.object({
  kind: z.literal('change'),
  sequence,
  alarm_id: z.string(),
  what: z.enum(['status', 'tag', 'assignee', 'comment', 'delete', 'restore']),
  /** The former status, tag or assignee; empty for the others. */
  from: z.string(),
  /** The new status, tag or assignee (empty: nobody), the comment's text; empty for the others. */
  value: z.string(),
  by: z.string(),
  /** Unix seconds with fraction. */
  at: z.number(),
});
const backlogUpdate = z.object({
  kind: z.literal('backlog'),
  sequence,
  change: z.enum(['opened', 'advanced', 'ended']),
  alarm_id: z.string(),
  directive_id: z.int(),
  title: z.string(),
  risk: z.int(),
  progress: z.enum(PROGRESSES),
  counts: backlogCounts,
});

const noticeUpdate = z.object({
  kind: z.literal('notice'),
  level: z.enum(['info', 'warning', 'error']),
  /** A word that programs can rely on: `reload_failed`. */
  code: z.string(),
  message: z.string(),
  /** Unix seconds. */
  at: z.number(),
});
/** Something that an operator should see, without a place in the count of changes. */
export type FeedNotice = Omit<z.infer<typeof noticeUpdate>, 'kind' | 'at'>;

const update = z.discriminatedUnion('kind', [
  alarmUpdate,
  progressUpdate,
  changeUpdate,
  backlogUpdate,
  noticeUpdate,
]);
export type FeedUpdate = z.infer<typeof update>;

const hello = z.object({
  v: version,
  kind: z.literal('hello'),
  /** The server's, Unix seconds with fraction. */
  time: z.number(),
  feed_epoch: z.string(),
  sequence,
  /** True when what was missed since `?since=` follows instead of a snapshot. */
  resumed: z.boolean(),
});

const snapshot = z.object({
  v: version,
  kind: z.literal('snapshot'),
  from: sequence,
  to: sequence,
  /** How many fit the filter, of which the newest are in `alarms`. */
  total: z.int(),
  alarms: z.array(alarmState),
});

const updates = z.object({
  v: version,
  kind: z.literal('updates'),
  from: sequence,
  to: sequence,
  /** Backlog updates that were left out because there were too many. */
  omitted: z.int().optional(),
  updates: z.array(update),
});

/** Every message that a server of this version sends. */
export const feedMessage = z.discriminatedUnion('kind', [hello, snapshot, updates]);
export type FeedMessage = z.infer<typeof feedMessage>;
