// `dsiem login`: asks the running engine for a link that logs in to the web page once.
import { loginCodeSchema } from '../../server/schemas/session.ts';
import { loginLink } from '../announce-login.ts';
import { z } from 'zod';

export interface LoginRequest {
  /** Of the engine: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** An admin's. */
  readonly token: string | undefined;
}

const ANSWER_LIMIT_MS = 10_000;
const errorAnswer = z.object({ error: z.object({ message: z.string() }) });

/** Prints the link as the only line on stdout; whether there is one, else the reason is on stderr. */
export async function printLoginLink({ url, token }: LoginRequest): Promise<boolean> {
  if (token === undefined) {
    return fail(
      "the file admin-token cannot be read in the log directory; say where it is with --log-dir, or give an admin's token with --token-file",
    );
  }
  const base = url.replace(/\/+$/, '');
  let answer: Response;
  let body: unknown;
  try {
    answer = await fetch(`${base}/api/session/codes`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    body = await answer.json();
  } catch (error) {
    return fail(`no engine answers at ${base}: ${reasonOf(error)}`);
  }
  const made = loginCodeSchema.safeParse(body);
  if (!answer.ok || !made.success) {
    const refused = errorAnswer.safeParse(body);
    return fail(refused.success ? refused.data.error.message : `${base} is no engine of this kind`);
  }
  const { code, expires_in: seconds } = made.data;
  process.stderr.write(`dsiem: works once, for ${String(Math.floor(seconds / 60))} minutes:\n`);
  process.stdout.write(`${loginLink(`${base}/ui/`, code)}\n`);
  return true;
}

/** What fetch says itself is only that it failed; why stands in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function fail(reason: string): false {
  process.stderr.write(`dsiem: ${reason}\n`);
  return false;
}
