import { stat } from 'node:fs/promises';
import { JsonArrayError } from '../../state/json-array.ts';
import { readEventFile } from '../simulation/event-files.ts';
import { createEventPoster, PostError } from '../simulation/event-poster.ts';
import { createTiming, type TimingSettings } from '../simulation/event-timing.ts';
import { createPacer } from '../simulation/pacer.ts';
import { startProgressBar } from '../simulation/progress-bar.ts';
import { Sending } from '../simulation/sending.ts';

/** What is sent, and how. */
export interface SendRequest extends TimingSettings {
  /** `-` is standard input. */
  readonly files: readonly string[];
  /** Of the engine. */
  readonly url: string;
  readonly token: string | undefined;
  /** Events a second; 0: as many as the engine takes. */
  readonly rate: number;
  readonly batch: number;
  readonly concurrency: number;
  /** So many events are left out at first. */
  readonly skip: number;
  readonly json: boolean;
}

/** Of more refused events only the number is told. */
const MOST_TOLD = 100;
/** Requests a second at a rate. */
const TURNS = 20;

/** `dsiem send`: posts the events of files; whether all were taken. What was not is told on stderr, each by its place. */
export async function send(request: SendRequest): Promise<boolean> {
  const ending = new AbortController();
  const end = (): void => {
    ending.abort();
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  const { url, token, rate, concurrency, skip, json } = request;
  const { signal } = ending;
  const poster = createEventPoster({ url, token, signal });
  const told: { place: string; reason: string }[] = [];
  const sending = new Sending({
    ...{ poster, concurrency, signal },
    pacer: createPacer(rate, signal),
    timing: createTiming(request, Date.now()),
    batch:
      rate > 0 ? Math.min(request.batch, Math.max(1, Math.floor(rate / TURNS))) : request.batch,
    onRefused: (place, reason) => {
      if (told.length >= MOST_TOLD) return;
      told.push({ place, reason });
      if (!json) process.stderr.write(`dsiem: ${place}: ${reason}\n`);
    },
  });
  const startMs = performance.now();
  let problem: string | undefined;
  try {
    await sendFiles(request, sending);
  } catch (error) {
    problem = explain(error);
    if (problem === undefined) throw error;
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
  }
  const { accepted, refused } = sending.sums;
  const seconds = (performance.now() - startMs) / 1000;
  const sums = { accepted, rejected: refused, waits: poster.waits(), seconds };
  if (json) {
    const rest = { ...(problem !== undefined && { problem }), rejections: told };
    process.stdout.write(`${JSON.stringify({ ...sums, ...rest })}\n`);
  } else {
    if (problem !== undefined) process.stderr.write(`dsiem: ${problem}\n`);
    if (problem !== undefined && concurrency === 1) {
      const done = skip + accepted + refused;
      process.stderr.write(`dsiem: what is left: the same command with --skip ${String(done)}\n`);
    }
    process.stdout.write(describe(sums));
  }
  return problem === undefined && refused === 0;
}

async function sendFiles({ files, skip, json }: SendRequest, sending: Sending): Promise<void> {
  const bar = startProgressBar(await sizeOf(files), !json);
  let bytes = 0;
  let left = skip;
  try {
    for (const file of files) {
      const events = readEventFile(file, (count) => {
        bytes += count;
      });
      for await (const event of events) {
        left -= 1;
        if (left >= 0) continue;
        await sending.take(event);
        bar.update(bytes, `${String(sending.sums.accepted)} events`);
      }
    }
    await sending.finish();
  } finally {
    bar.stop();
  }
}

async function sizeOf(files: readonly string[]): Promise<number> {
  let size = 0;
  for (const file of files) if (file !== '-') size += (await stat(file)).size;
  return size;
}

function explain(error: unknown): string | undefined {
  if (error instanceof PostError || error instanceof JsonArrayError) return error.message;
  // of the file system and of gunzip
  return error instanceof Error && 'code' in error ? error.message : undefined;
}

function describe(sums: {
  readonly accepted: number;
  readonly rejected: number;
  readonly waits: number;
  readonly seconds: number;
}): string {
  const { accepted, rejected, waits, seconds } = sums;
  const rate = Math.round(accepted / Math.max(seconds, 0.001));
  const asked = waits === 0 ? '' : `, the engine asked ${String(waits)} times to wait`;
  return `${String(accepted)} accepted, ${String(rejected)} rejected in ${seconds.toFixed(1)} s (${String(rate)} a second)${asked}\n`;
}
