import { z } from 'zod';
import type { LookUpTerm } from './plugin.ts';

const SAMPLE: LookUpTerm = { text: '192.0.2.1:80', ip: '192.0.2.1', port: 80 };

/** The address to ask for a term: `${ip}` and `${port}` are replaced as they are (SPEC §8). */
export function fillUrl(template: string, term: LookUpTerm): string {
  return template.replaceAll('${ip}', term.ip).replaceAll('${port}', String(term.port));
}

/** A schema for an http or https URL that holds each of the placeholders, for instance `${ip}`. */
export function urlTemplate(...placeholders: readonly string[]): z.ZodType<string> {
  return z.string('must be a URL').superRefine((template, context) => {
    const filled = fillUrl(template, SAMPLE);
    if (!URL.canParse(filled) || !/^https?:/i.test(filled)) {
      context.addIssue({ code: 'custom', message: 'must be an http or https URL' });
    }
    for (const placeholder of placeholders) {
      if (template.includes(placeholder)) continue;
      context.addIssue({ code: 'custom', message: `must contain ${placeholder}` });
    }
  });
}
