import { z } from 'zod';

const valueSchema = z
  .union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()])
  .meta({ id: 'OptionValue' });

/** An option in force, and where its value comes from. */
export const optionSchema = z
  .object({
    name: z.string(),
    flag: z.string(),
    variable: z.string(),
    group: z.string(),
    description: z.string(),
    unit: z.string().exactOptional(),
    value: valueSchema.describe('null for a secret, and for an option that is not set'),
    default: valueSchema,
    source: z.enum(['flag', 'environment', 'default']),
    secret: z.boolean().describe('The value is never shown'),
  })
  .meta({ id: 'Option' });
export type OptionView = z.infer<typeof optionSchema>;

export const optionListSchema = z
  .object({ options: z.array(optionSchema) })
  .meta({ id: 'OptionList' });
