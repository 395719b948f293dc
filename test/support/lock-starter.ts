import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(import.meta.resolve('./lock-program.ts'));

/** A process that waits for the word to take the lock of a log directory. */
export interface LockStarter {
  readonly pid: number;
  /** Gives the word and the outcome: `locked`, or `refused` with the process id that it was told. */
  start(): Promise<unknown>;
  kill(signal: NodeJS.Signals): void;
  /** Its exit code; null after a signal. */
  readonly ended: Promise<number | null>;
}

/** Starts the process; resolves when it has loaded everything. With `ends` it does nothing else after it has the lock. */
export async function prepareLockStarter(
  logDir: string,
  waitMs: number,
  ends = false,
): Promise<LockStarter> {
  const args = ['--import', 'tsx', program, logDir, String(waitMs), ends ? 'end' : 'stay'];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit').then(([code]: unknown[]) =>
    typeof code === 'number' ? code : null,
  );
  await once(lines, 'line');
  return {
    pid: child.pid ?? 0,
    async start() {
      const answered: Promise<unknown[]> = once(lines, 'line');
      child.stdin.write('go\n');
      const [line] = await answered;
      const outcome: unknown = JSON.parse(String(line));
      return outcome;
    },
    kill: (signal) => child.kill(signal),
    ended,
  };
}
