import { z } from 'zod';
import { PAGE_ANSWER } from '../paging.ts';
import { faultSchema } from './fault.ts';

const offSchema = z
  .object({ since: z.int().describe('Unix seconds'), by: z.string() })
  .meta({ id: 'TurnedOff' });

const rowShape = {
  id: z.int(),
  name: z.string(),
  file: z.string(),
  enabled: z.boolean().describe('Whether events reach it: neither disabled nor off'),
  disabled: z.boolean().describe('Whether its file disables it'),
  off: offSchema.nullable().describe('Since when and by whom it is off at run time'),
  warnings: z.int().min(0),
  stages: z.int().min(0).describe('How many it has'),
  sources: z.array(z.string()).describe('Whose events its rules are about: plugin ids, products'),
  matched: z.int().min(0).describe('Events that a backlog consumed or that opened one'),
  opened: z.int().min(0),
  completed: z.int().min(0),
  timed_out: z.int().min(0),
  alarms: z.int().min(0).describe('Alarms that got their first line since the start'),
  backlogs: z.int().min(0).describe('Live ones'),
  backlogs_by_stage: z.array(z.int().min(0)).describe('Live ones, the first number is stage 1'),
  last_matched: z.int().nullable().describe('Unix seconds'),
};

/** A directive in a list: what it is, and what it has done since the start. */
export const directiveRowSchema = z.object(rowShape).meta({ id: 'DirectiveRow' });
export type DirectiveRow = z.infer<typeof directiveRowSchema>;

export const directiveListSchema = z
  .object({ directives: z.array(directiveRowSchema), ...PAGE_ANSWER })
  .meta({ id: 'DirectiveList' });

/** One directive with its text. */
export const directiveSchema = z
  .object({
    ...rowShape,
    source: z.string().describe('Its text'),
    source_as_written: z
      .boolean()
      .describe('false: the file has changed since, the text is what is loaded printed anew'),
    line: z.int().min(1).nullable().describe('Where it begins in its file'),
    description: z.string().nullable().describe('What it detects'),
    runbook: z.string().nullable().describe('Address of what to do about an alarm'),
    false_positives: z.array(z.string()).describe('Harmless causes that are known'),
    attack: z.array(z.string()).describe('ATT&CK ids such as T1110.001'),
    loaded_at: z.int().describe('Unix seconds'),
    changed_at: z.int().nullable().describe('When its file was changed before that, Unix seconds'),
    warning_list: z.array(faultSchema),
  })
  .meta({ id: 'Directive' });
