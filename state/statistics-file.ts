// What directives and their stages have done, kept over restarts in one file of the log directory.
import type Logger from 'bunyan';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { STAGE_SECONDS, type DirectiveStatistics } from '../core/ledger/directive-statistics.ts';
import type { DirectiveBook } from '../core/ledger/engine-statistics.ts';
import { writeFileAtomically } from './atomic-file.ts';
import { moveAside } from './move-aside.ts';
import { isMissing } from './system-error.ts';

const FILE_NAME = 'statistics.json';
const SAVE_MS = 60_000;

const count = z.number().min(0);
const histogramSchema = z.object({
  counts: z.array(count).length(STAGE_SECONDS.length + 1),
  count,
  sum: z.number(),
});
const stageSchema = z.object({
  ...{ events: count, finished: count, timedOut: count, lastEvent: count },
  durations: histogramSchema,
});
const directiveSchema = z.object({
  ...{ id: z.int().min(1), name: z.string(), since: count, events: count, matches: count },
  ...{ lastEvent: count, workMs: count },
  day: z
    .object({ hour: count, counts: z.array(count).max(24) })
    .default(() => ({ hour: 0, counts: [] })),
  alarms: z.object({ Low: count, Medium: count, High: count }),
  stages: z.array(stageSchema).max(255),
});
const fileSchema = z.object({ directives: z.array(directiveSchema) });

/** The file of one log directory. */
export interface StatisticsFile {
  /** Takes over what the file holds for directives that `isCurrent` knows by id and name. Never rejects. */
  load(book: DirectiveBook, isCurrent: (id: number, name: string) => boolean): Promise<void>;
  /** Saves the book every minute from now on; `stop` saves it a last time. Never rejects, what fails is a warning. */
  keep(book: DirectiveBook): { stop(): Promise<void> };
}

/** `<log-dir>/statistics.json`, or with the node's name in a cluster: `fileName` says. */
export function createStatisticsFile(
  logDir: string,
  log: Logger,
  fileName: string = FILE_NAME,
): StatisticsFile {
  const path = join(logDir, fileName);
  return {
    load: async (book, isCurrent) => {
      const text = await readText(path, log);
      if (text === undefined) return;
      const found = parse(text);
      if (found === undefined) {
        const aside = await moveAside(path, logDir, 'statistics.unusable').catch(() => undefined);
        log.warn({ path, aside }, 'the statistics cannot be used and begin anew');
        return;
      }
      for (const { id, ...saved } of found.directives) {
        if (isCurrent(id, saved.name)) book.restore(id, restore(saved));
      }
    },
    keep: (book) => {
      let saving = Promise.resolve();
      const save = (): void => {
        saving = saving.then(() => write(path, book, log));
      };
      const timer = setInterval(save, SAVE_MS).unref();
      return {
        stop: () => {
          clearInterval(timer);
          save();
          return saving;
        },
      };
    },
  };
}

async function readText(path: string, log: Logger): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (err) {
    if (!isMissing(err)) log.warn({ path, err }, 'the statistics cannot be read and begin anew');
    return undefined;
  }
}

function parse(text: string): z.infer<typeof fileSchema> | undefined {
  try {
    const parsed = fileSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function restore(saved: Omit<z.infer<typeof directiveSchema>, 'id'>): DirectiveStatistics {
  const stages = saved.stages.map((stage) => ({
    ...stage,
    durations: { ...stage.durations, bounds: STAGE_SECONDS },
  }));
  return { ...saved, stages };
}

async function write(path: string, book: DirectiveBook, log: Logger): Promise<void> {
  try {
    await writeFileAtomically(path, compose(book));
  } catch (err) {
    log.warn({ path, err }, 'the statistics cannot be saved');
  }
}

/** A directive a line, so that no text grows with their number. */
function* compose(book: DirectiveBook): Generator<string> {
  yield '{"directives":[';
  let separator = '\n';
  for (const [id, { stages, ...statistics }] of book.entries()) {
    const saved = {
      ...{ id, ...statistics, workMs: Math.round(statistics.workMs * 1000) / 1000 },
      stages: stages.map(({ durations: { counts, count: total, sum }, ...stage }) => ({
        ...stage,
        durations: { counts, count: total, sum },
      })),
    };
    yield `${separator}${JSON.stringify(saved)}`;
    separator = ',\n';
  }
  yield '\n]}\n';
}
