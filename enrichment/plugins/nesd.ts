import { z } from 'zod';
import { definePlugin } from '../define-plugin.ts';
import { parseJsonAnswer } from '../json-answer.ts';
import { LookUpError, statusError } from '../look-up-error.ts';
import { fillUrl, urlTemplate } from '../url-template.ts';

const PROVIDER = 'Nesd';
const RISKS = new Set(['Medium', 'High', 'Critical']);
const RISKS_WITH_LOW = new Set([...RISKS, 'Low']);
const NOTHING_FOUND = 'no vulnerability found';
const BAD_REQUEST = 418;

const vulnerabilitySchema = z.object({
  cve: z.string().nullish(),
  risk: z.string(),
  name: z.string(),
});

/** Vulnerabilities of a Nesd server, Dsiem's or `dsiem nesd` (SPEC §8). */
export const nesd = definePlugin({
  name: 'Nesd',
  types: ['IP-Port'],
  schema: z.object({
    url: urlTemplate('${ip}', '${port}'),
    allow_low_severity: z.boolean('must be true or false').default(false),
  }),
  open: (config) => {
    const risks = config.allow_low_severity ? RISKS_WITH_LOW : RISKS;
    return {
      async lookUp(term, { fetch }) {
        const { status, text } = await fetch(fillUrl(config.url, term));
        if (status === BAD_REQUEST) return [];
        if (status !== 200) throw statusError(status);
        if (text.trim() === NOTHING_FOUND) return [];
        return parseReply(text)
          .filter(({ risk }) => risks.has(risk))
          .map(({ cve, risk, name }) => ({
            provider: PROVIDER,
            term: term.text,
            result: `${risk} - ${name}${cve ? ` (${cve})` : ''}`,
          }));
      },
    };
  },
});

function parseReply(text: string): z.infer<typeof vulnerabilitySchema>[] {
  const reply = parseJsonAnswer(text);
  if (!Array.isArray(reply)) {
    throw new LookUpError('the answer is no list of vulnerabilities', { retry: false });
  }
  return reply.flatMap((entry) => vulnerabilitySchema.safeParse(entry).data ?? []);
}
