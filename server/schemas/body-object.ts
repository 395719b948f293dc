import { z } from 'zod';

/** The schema of a JSON body or a part of it: an object with these keys and no others, which a refusal names. */
export function bodyObject<Shape extends z.ZodRawShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? undefined : 'must be an object'),
  });
}
