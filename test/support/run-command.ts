import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** What a command ended with. */
export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CommandPlace {
  readonly cwd?: string;
  /** The whole environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Runs a command to its end. */
export async function runCommand(
  [program, ...words]: readonly [string, ...string[]],
  { cwd, env }: CommandPlace = {},
): Promise<Outcome> {
  const child = spawn(program, words, {
    ...(cwd !== undefined && { cwd }),
    env: env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code: child.exitCode, out, err };
}

/** As runCommand; throws with all that it said when it failed, else answers its output. */
export async function mustRun(
  words: readonly [string, ...string[]],
  place: CommandPlace = {},
): Promise<string> {
  const { code, out, err } = await runCommand(words, place);
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${String(code)}:\n${out}${err}`);
  return out;
}
