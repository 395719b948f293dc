import { join } from 'node:path';
import type Logger from 'bunyan';
import type { Options } from '../config/options.ts';
import { writeFileAtomically } from '../state/atomic-file.ts';

/** `dsiem_config.json` tells Dsiem's web page the statuses and tags (SPEC §11); a read-only folder is a warning. */
export async function writeUiSettings(options: Options, log: Logger): Promise<void> {
  const path = join(options.configDir, 'dsiem_config.json');
  const text = `${JSON.stringify({ status: options.status, tags: options.tags })}\n`;
  try {
    await writeFileAtomically(path, text);
  } catch (err) {
    log.warn({ err, path }, 'the settings for the web page cannot be written');
  }
}
