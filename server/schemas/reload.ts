import { z } from 'zod';
import { faultSchema } from './fault.ts';

/** What can have made the engine read its configuration. */
export const RELOAD_REASONS = [
  'start',
  'api',
  'file',
  'dsiem',
  'signal',
  'watch',
  'frontend',
] as const;
export type ReloadReason = (typeof RELOAD_REASONS)[number];

const ids = z.array(z.int());
const names = z.array(z.string());

const nodeReload = z
  .object({
    node: z.string(),
    ok: z.boolean(),
    message: z.string().describe('What it loaded, its faults, or why nothing is known'),
  })
  .meta({ id: 'NodeReload' });
/** What became of a reload on one backend. */
export type NodeReload = z.infer<typeof nodeReload>;

/** What became of a reload; with faults nothing has changed. */
export const reloadSchema = z
  .object({
    at: z.int().describe('When it ended, Unix seconds'),
    reason: z
      .enum(RELOAD_REASONS)
      .describe(
        'start, POST /api/reload, a file over /api, a file over /config, SIGHUP, --watch-config, a change on the frontend',
      ),
    by: z.string().describe('Who caused it'),
    took_ms: z.int().min(0),
    ok: z.boolean(),
    faults: z.array(faultSchema).describe('Why the old configuration stays'),
    warnings: z.int().min(0).describe('How many there are; the list of files has them'),
    directives: z.object({
      added: ids,
      changed: ids,
      removed: ids,
      renamed: ids,
      unchanged: z.int().min(0),
    }),
    files: z.object({ added: names, changed: names, removed: names }),
    backlogs_set_aside: z.int().min(0).describe('Ended because their directive is gone or renamed'),
    nodes: z
      .array(nodeReload)
      .exactOptional()
      .describe('Of a frontend that was asked to reload: what became of it on each backend'),
  })
  .meta({ id: 'Reload' });
export type ReloadView = z.infer<typeof reloadSchema>;
