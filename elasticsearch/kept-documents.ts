// What deletions took out of Elasticsearch, so that they can be undone: `elasticsearch-deleted/<alarm id>.json` in the log
// directory, one document a line.
import { appendFile, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isMissing } from '../state/system-error.ts';
import type { StoredDocument } from './alarm-documents.ts';
import { readJsonLines } from './read-json-lines.ts';

const FOLDER = 'elasticsearch-deleted';
const ENDING = '.json';
/** Of alarms whose kept documents need not be counted on file. */
const MOST_COUNTS = 1000;
const OWNER_ONLY = 0o600;
const OWNER_FOLDER = 0o700;

const lineShape = z.object({
  index: z.string(),
  id: z.string(),
  source: z.record(z.string(), z.unknown()),
});

/** The documents of deleted alarms. Rejects with the system's errors. */
export interface KeptDocuments {
  /** Adds documents before they are deleted; those over `limits.documents` of an alarm are not kept. */
  keep(alarmId: string, documents: readonly StoredDocument[]): Promise<void>;
  read(alarmId: string): Promise<StoredDocument[]>;
  forget(alarmId: string): Promise<void>;
  /** Forgets the alarms whose last deletion was before this time, Unix milliseconds. */
  forgetBefore(timeMs: number): Promise<void>;
}

/** Keeps them in the log directory. */
export function createKeptDocuments(
  logDir: string,
  limits: { readonly documents: number },
): KeptDocuments {
  const folder = join(logDir, FOLDER);
  const counts = new Map<string, number>();
  const pathOf = (alarmId: string): string => join(folder, encodeURIComponent(alarmId) + ENDING);

  async function read(alarmId: string): Promise<StoredDocument[]> {
    const documents: StoredDocument[] = [];
    for (const line of await readJsonLines(pathOf(alarmId))) {
      const { data } = lineShape.safeParse(line);
      if (data !== undefined) documents.push(data);
    }
    return documents;
  }

  return {
    read,
    async keep(alarmId, documents) {
      const before = counts.get(alarmId) ?? (await read(alarmId)).length;
      const kept = documents.slice(0, Math.max(0, limits.documents - before));
      if (kept.length === 0) return;
      await mkdir(folder, { recursive: true, mode: OWNER_FOLDER });
      const text = kept.map((document) => `${JSON.stringify(document)}\n`).join('');
      await appendFile(pathOf(alarmId), text, { mode: OWNER_ONLY });
      if (counts.size > MOST_COUNTS) counts.clear();
      counts.set(alarmId, before + kept.length);
    },
    async forget(alarmId) {
      counts.delete(alarmId);
      await rm(pathOf(alarmId), { force: true });
    },
    async forgetBefore(timeMs) {
      for (const name of await listIfThere(folder)) {
        const path = join(folder, name);
        const { mtimeMs } = await stat(path);
        if (name.endsWith(ENDING) && mtimeMs < timeMs) await rm(path, { force: true });
      }
    },
  };
}

async function listIfThere(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (err) {
    if (isMissing(err)) return [];
    throw err;
  }
}
