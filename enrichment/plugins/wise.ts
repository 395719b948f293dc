import JSON5 from 'json5';
import { z } from 'zod';
import { definePlugin } from '../define-plugin.ts';
import { LookUpError, statusError } from '../look-up-error.ts';
import { fillUrl, urlTemplate } from '../url-template.ts';

// entries whose value is shorter than this (its terminating zero counted) are WISE's own metadata
const SHORTEST = 5;
const PROVIDER = 'Wise';

const entrySchema = z.object({
  field: z.string(),
  len: z.number(),
  value: z.union([z.string(), z.number()]).transform(String),
});

/** Threat intelligence of an Arkime WISE server (SPEC §8). */
export const wise = definePlugin({
  name: 'Wise',
  types: ['IP'],
  schema: z.object({ url: urlTemplate('${ip}') }),
  open: ({ url }) => ({
    async lookUp(term, { fetch }) {
      const { status, text } = await fetch(fillUrl(url, term));
      if (status !== 200) throw statusError(status);
      return parseReply(text)
        .filter(({ len }) => len >= SHORTEST)
        .map(({ field, value }) => ({
          provider: PROVIDER,
          term: term.text,
          result: `${field}: ${value}`,
        }));
    },
  }),
});

function parseReply(text: string): z.infer<typeof entrySchema>[] {
  let reply: unknown;
  try {
    reply = JSON5.parse(text);
  } catch (cause) {
    throw new LookUpError('the answer is no WISE reply', { retry: false, cause });
  }
  if (!Array.isArray(reply)) {
    throw new LookUpError('the answer is no WISE reply', { retry: false });
  }
  return reply.flatMap((entry) => entrySchema.safeParse(entry).data ?? []);
}
