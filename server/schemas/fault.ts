import { z } from 'zod';

/** What is wrong with, or doubtful in, one place of a configuration file. */
export const faultSchema = z
  .object({
    file: z.string().describe('The file, or the folder when all files together are meant'),
    directive_id: z.int().exactOptional(),
    item: z.string().exactOptional().describe('What else holds the value: `asset 2 (db01)`'),
    stage: z.int().exactOptional(),
    field: z.string().exactOptional(),
    problem: z.string(),
    got: z.unknown().exactOptional().describe('The value found'),
    line: z.int().min(1).exactOptional(),
    column: z.int().min(1).exactOptional(),
    text: z.string().describe('All of it as one line'),
  })
  .meta({ id: 'ConfigurationFault' });
export type FaultView = z.infer<typeof faultSchema>;
