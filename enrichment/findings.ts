import { z } from 'zod';
import type { Finding } from '../core/alarm/alarm-record.ts';
import { LookUpError } from './look-up-error.ts';

const MOST_FINDINGS = 256;
const LONGEST_RESULT = 4096;

const findingsSchema = z.array(
  z.object({
    provider: z.string().min(1),
    term: z.string().min(1),
    result: z.string().min(1),
  }),
);

/** A plugin's answer, checked: an alarm carries every finding in each of its lines, so an endless answer is a failure. */
export function checkFindings(answer: unknown): readonly Finding[] {
  const parsed = findingsSchema.safeParse(answer);
  if (!parsed.success) {
    throw new LookUpError('the plugin answered no list of findings', { retry: false });
  }
  const { data } = parsed;
  if (data.length > MOST_FINDINGS) {
    throw new LookUpError(`more than ${String(MOST_FINDINGS)} findings for one term`, {
      retry: false,
    });
  }
  return data.map((finding) =>
    finding.result.length > LONGEST_RESULT
      ? { ...finding, result: `${finding.result.slice(0, LONGEST_RESULT - 1)}…` }
      : finding,
  );
}
