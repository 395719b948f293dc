import { setTimeout as delay } from 'node:timers/promises';

const LIMIT_MS = 5_000;

/** Waits until the condition holds; rejects when it does not within 5 s. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  what = 'the condition',
): Promise<void> {
  const end = Date.now() + LIMIT_MS;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited too long for ${what}`);
    await delay(5);
  }
}
