// What persons ask to be done to alarms, and what they are answered.
import { z } from 'zod';
import type {
  AlarmMarks,
  AlarmWish,
  ChangedAlarm,
  SkippedAlarm,
} from '../../core/alarm/alarm-desk.ts';
import { MISSING_NODES } from '../missing-nodes.ts';
import { alarmFilterBody } from './alarm-query.ts';
import { bodyObject } from './body-object.ts';

const LONGEST_COMMENT = 4000;
const LONGEST_NAME = 100;
const MOST_CHANGES = 500;
const LARGEST_STEP = 1000;
const USUAL_STEP = 500;

const mark = z.string('must be a text').max(200);
const assignee = z
  .string('must be a text')
  .trim()
  .max(LONGEST_NAME)
  .meta({ description: 'A name; empty for nobody' });
const version = z
  .int()
  .min(0)
  .optional()
  .meta({ description: 'The version that is meant; without it, whichever there is' });

/** The text of a comment. */
const commentText = z
  .string('must be a text')
  .trim()
  .min(1, 'must not be empty')
  .max(LONGEST_COMMENT, `must have at most ${String(LONGEST_COMMENT)} characters`);

const marks = { status: mark.optional(), tag: mark.optional(), assignee: assignee.optional() };

/** The body of PATCH /api/alarms/:id. */
export const alarmPatch = bodyObject({ ...marks, version }).refine(
  ({ status, tag, assignee: who }) => hasSome({ status, tag, who }),
  'must set status, tag or assignee',
);

/** The body of POST /api/alarms/:id/comments. */
export const commentBody = bodyObject({ text: commentText });

const wish = bodyObject({
  ...marks,
  comment: commentText.optional(),
  deleted: z.boolean().optional(),
}).refine(hasSome, 'must set something') satisfies z.ZodType<AlarmWish>;

/** The body of POST /api/alarms/changes. */
export const alarmChanges = bodyObject({
  changes: z
    .array(bodyObject({ id: z.string().min(1).max(100), version, set: wish }))
    .min(1, 'must hold a change')
    .max(MOST_CHANGES, `must hold at most ${String(MOST_CHANGES)} changes`),
});

/** The body of POST /api/alarms/changes/selection. */
export const selectionChange = bodyObject({
  filter: alarmFilterBody,
  as_of: z
    .int()
    .min(0)
    .meta({ description: '`as_of` of the list that was looked at: later alarms are left alone' }),
  set: wish,
  after: z.string().max(1024).optional().meta({ description: '`next` of the step before' }),
  limit: z.int().min(1).max(LARGEST_STEP).default(USUAL_STEP),
});

const marksView = z.object({
  status: z.string(),
  tag: z.string(),
  assignee: z.string(),
  deleted: z.boolean(),
}) satisfies z.ZodType<AlarmMarks>;

/** An alarm that is as wished. */
export const changedAlarm = z.object({
  id: z.string(),
  version: z.int().meta({ description: 'After the change' }),
  before: marksView.meta({ description: 'What an undo restores' }),
  after: marksView,
}) satisfies z.ZodType<ChangedAlarm>;

const skippedAlarm = z.object({
  id: z.string(),
  reason: z.enum(['not_found', 'changed', 'deleted', 'away']),
  version: z.int().exactOptional(),
  now: marksView.exactOptional().meta({ description: 'How it is' }),
  by: z.string().exactOptional().meta({ description: 'Who made it so' }),
}) satisfies z.ZodType<SkippedAlarm>;

const outcome = { changed: z.array(changedAlarm), skipped: z.array(skippedAlarm) };

/** The answer of POST /api/alarms/changes. */
export const changesAnswer = z.object(outcome);

/** The answer of POST /api/alarms/changes/selection. */
export const selectionAnswer = z.object({
  ...outcome,
  next: z
    .string()
    .nullable()
    .meta({ description: '`after` of the next step; null after the last' }),
  left: z.int().meta({ description: 'Alarms that are left for further steps' }),
  ...MISSING_NODES,
});

function hasSome(set: Readonly<Record<string, unknown>>): boolean {
  return Object.values(set).some((value) => value !== undefined);
}
