import { z } from 'zod';

/** Every answer of /api that is no success. */
export const errorSchema = z
  .object({
    error: z.looseObject({
      code: z.string().describe('A word that programs can rely on: `not_found`'),
      message: z.string().describe('A sentence for the person who reads it'),
    }),
  })
  .meta({ id: 'Error' });
