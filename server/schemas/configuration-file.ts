import { z } from 'zod';
import { faultSchema } from './fault.ts';
import { reloadSchema } from './reload.ts';

/** The kinds of files that the engine reads, by the prefix of their names. */
export const FILE_KINDS = ['directives', 'assets', 'intel', 'vuln'] as const;

/** A file of the configuration folder. */
export const configurationFileSchema = z
  .object({
    name: z.string(),
    kind: z.enum(FILE_KINDS).nullable().describe('null: the engine does not read it'),
    size: z.int().min(0).describe('Bytes'),
    sha256: z.string().describe('Of the content on disk, hexadecimal; its ETag'),
    changed_at: z.int().describe('Unix seconds'),
    loaded_at: z.int().nullable().describe('Unix seconds; null while it is not loaded'),
    loaded_sha256: z.string().nullable().describe('What is loaded; another one than on disk waits'),
    problems: z.array(faultSchema).describe('Why it cannot be loaded as it is on disk'),
    warnings: z.array(faultSchema),
  })
  .meta({ id: 'ConfigurationFile' });
export type ConfigurationFileView = z.infer<typeof configurationFileSchema>;

/** All files of the folder, and whether they could be loaded together. */
export const configurationFilesSchema = z
  .object({
    files: z.array(configurationFileSchema),
    loadable: z.boolean(),
    problems: z.array(faultSchema).describe('Of the folder as a whole, of no single file'),
    warnings: z.array(faultSchema).describe('Of the folder as a whole'),
  })
  .meta({ id: 'ConfigurationFiles' });
export type ConfigurationFilesView = z.infer<typeof configurationFilesSchema>;

const concernedDirective = z
  .object({
    id: z.int(),
    name: z.string(),
    backlogs: z.int().min(0).describe('Its live backlogs now'),
  })
  .meta({ id: 'ConcernedDirective' });
export type ConcernedDirective = z.infer<typeof concernedDirective>;

/** What the folder would be with a draft in place of a file: nothing is written. */
export const draftCheckSchema = z
  .object({
    valid: z.boolean(),
    problems: z.array(faultSchema),
    warnings: z.array(faultSchema),
    directives: z
      .object({
        added: z.array(concernedDirective),
        changed: z.array(concernedDirective),
        removed: z.array(concernedDirective),
        renamed: z.array(concernedDirective),
        unchanged: z.int().min(0),
      })
      .nullable()
      .describe('Against what is loaded; null when the draft cannot be loaded'),
    backlogs: z
      .int()
      .min(0)
      .describe('Live backlogs of directives that would change, be renamed or go'),
  })
  .meta({ id: 'DraftCheck' });
export type DraftCheckView = z.infer<typeof draftCheckSchema>;

/** What a change of a file has done. */
export const configurationChangeSchema = z
  .object({
    file: configurationFileSchema.nullable().describe('null when it was deleted'),
    reload: reloadSchema,
  })
  .meta({ id: 'ConfigurationChange' });
