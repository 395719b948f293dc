import { z } from 'zod';

/** What somebody logs in with: a token, or the code of a login link. */
export const loginSchema = z
  .union([
    z.strictObject({ token: z.string().min(1).max(4096) }),
    z.strictObject({ code: z.string().min(1).max(256) }),
  ])
  .meta({ id: 'Login' });

/** What would not be refused. */
const permissionsSchema = z
  .object({
    read: z.boolean(),
    change_alarms: z.boolean().describe('Status, tag, assignee, comment, deletion'),
    switch_directives: z.boolean(),
    stop_backlogs: z.boolean(),
    reload: z.boolean(),
    write_configuration: z.boolean().describe('Needs --writable-config too'),
  })
  .meta({ id: 'Permissions' });

/** Who asks, and what the page has to know to draw itself for them. */
export const sessionSchema = z
  .object({
    name: z.string().nullable().describe('As in the audit log; null: nobody who may read'),
    role: z.enum(['reader', 'analyst', 'admin']).nullable(),
    logged_in: z.boolean().describe('By a session, which DELETE ends; else by a token or as is'),
    expires: z.int().nullable().describe('Unix seconds: when a session ends at the latest'),
    can: permissionsSchema,
    writable_config: z.boolean(),
    time: z.int().describe('Now, in Unix milliseconds'),
    version: z.string().describe('This and what follows is empty for whoever may not read'),
    mode: z.string(),
    node: z.string(),
    statuses: z.array(z.string()).describe('Those that alarms can have, a new alarm the first'),
    tags: z.array(z.string()).describe('Those that alarms can have, a new alarm the first'),
    risk_bounds: z.object({ medium_from: z.int(), high_above: z.int() }),
    kibana_url: z.string().describe('Empty: none'),
  })
  .meta({ id: 'Session' });
export type SessionView = z.infer<typeof sessionSchema>;

export const loginCodeSchema = z
  .object({
    code: z.string().describe('For /ui/#/login?code=…, which works once'),
    expires_in: z.int().describe('Seconds'),
  })
  .meta({ id: 'LoginCode' });
