import { setTimeout as delay } from 'node:timers/promises';

const LIMIT_MS = 5_000;

/** Waits until the condition holds; rejects when it does not within `limitMs`, 5 s. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  what = 'the condition',
  limitMs = LIMIT_MS,
): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited too long for ${what}`);
    await delay(5);
  }
}
