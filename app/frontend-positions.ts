// `<state folder>/frontend-positions.json`: up to where the events of each frontend have come, for the next start.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Logger from 'bunyan';
import { z } from 'zod';
import type { LossWatch, Resume } from '../cluster/loss-watch.ts';
import { writeFileAtomically } from '../state/atomic-file.ts';

const FILE_NAME = 'frontend-positions.json';
const SAVE_MS = 1_000;

const shape = z.object({
  positions: z.array(z.object({ node: z.string(), epoch: z.string(), next: z.int().min(0) })),
  unsettled: z.int().min(0).default(0),
  savedAt: z.number(),
  isExact: z.boolean(),
});

/** What the last run left behind; undefined when there is nothing that can be used. */
export async function readPositions(folder: string, log: Logger): Promise<Resume | undefined> {
  const path = join(folder, FILE_NAME);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return shape.parse(JSON.parse(text));
  } catch (err) {
    log.warn({ err, path }, 'what came from frontends before this start is not known');
    return undefined;
  }
}

/** Saves the positions every second; `close` saves the last ones as exact. Failures are logged once. */
export function keepPositions(
  folder: string,
  {
    losses,
    unsettled,
    log,
  }: {
    readonly losses: Pick<LossWatch, 'positions'>;
    /** Events that have come and are not settled. */
    readonly unsettled: () => number;
    readonly log: Logger;
  },
): { close(): Promise<void> } {
  const path = join(folder, FILE_NAME);
  let saving: Promise<void> = Promise.resolve();
  let hasFailed = false;

  async function save(isExact: boolean): Promise<void> {
    const positions = losses.positions();
    const savedAt = Math.floor(Date.now() / 1000);
    try {
      await writeFileAtomically(
        path,
        JSON.stringify({ positions, unsettled: unsettled(), savedAt, isExact }),
      );
      hasFailed = false;
    } catch (err) {
      if (!hasFailed) log.warn({ err, path }, 'positions of frontends cannot be saved');
      hasFailed = true;
    }
  }

  // at once: what the last run left as exact is not exact any more
  saving = save(false);
  const timer = setInterval(() => {
    saving = saving.then(() => save(false));
  }, SAVE_MS);
  return {
    close: async () => {
      clearInterval(timer);
      await saving;
      await save(true);
    },
  };
}
