import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { RecentAlarms } from '../../core/alarm/recent-alarms.ts';
import type { FeedMessage, FeedUpdate } from '../../server/feed/feed-message.ts';
import { formatAlarmLine, formatUpdateLine } from '../alarm-line.ts';
import { FeedRefusedError, followFeed } from '../follow-feed.ts';

/** What is watched, and how it is shown. */
export interface WatchRequest {
  /** Of the engine: `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly token: string | undefined;
  /** `min_risk`, `directive`, `address`, `status`, `kinds`; without kinds everything but backlogs. */
  readonly filters: Readonly<Record<string, string>>;
  /** The feed's messages, one a line, instead of text. */
  readonly json: boolean;
  /** Ends it, as SIGINT and SIGTERM do. */
  readonly signal?: AbortSignal;
}

const KNOWN_ALARMS = 10_000;
/** Alarms of the past that are shown at the beginning. */
const SHOWN_AT_FIRST = 20;
const USUAL_KINDS = 'alarm,progress,change,notice';

/**
 * `dsiem watch`: prints the live feed until SIGINT, SIGTERM or the reader of the output goes away. Answers whether it
 * ended so: false when the server will not have us, with the reason on stderr.
 */
export async function watch(request: WatchRequest): Promise<boolean> {
  const { url, token, filters, json, signal } = request;
  const { stdout, stderr } = process;
  const ending = new AbortController();
  const end = (): void => {
    ending.abort();
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  signal?.addEventListener('abort', end);
  // stays: what is still to be written may fail after the end, too
  stdout.on('error', end).once('close', end);
  const colour = stdout.isTTY && process.env['NO_COLOR'] === undefined;
  const print = createPrinter(stdout, colour, ending.signal);
  try {
    await followFeed({
      ...{ url, token, signal: ending.signal },
      filters: { kinds: USUAL_KINDS, ...filters },
      onMessage: json ? print.text : print.message,
      onLoss: (problem, retryMs) => {
        stderr.write(`dsiem: ${problem}; trying again in ${String(retryMs / 1000)} s\n`);
      },
    });
    return true;
  } catch (error) {
    if (!(error instanceof FeedRefusedError) && !(error instanceof TypeError)) throw error;
    stderr.write(`dsiem: ${error.message}\n`);
    return false;
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
    stdout.off('close', end);
  }
}

/**
 * Takes the words after `dsiem watch` apart: filters are written as `min_risk=3`, another word is the URL. Answers what is
 * wrong as a text.
 */
export function parseWatchWords(
  words: readonly string[],
  usualUrl: string,
): Pick<WatchRequest, 'url' | 'filters'> | string {
  const filters: Record<string, string> = {};
  let url: string | undefined;
  for (const word of words) {
    const [, name, value] = /^(\w+)=(.*)$/.exec(word) ?? [];
    if (name !== undefined && value !== undefined) filters[name] = value;
    else if (url === undefined) url = word;
    else return `${word}: a filter is written as min_risk=3, and there is one URL`;
  }
  if (url !== undefined && !isFollowable(url)) {
    return `${url}: must be the URL of an engine, such as ${usualUrl}`;
  }
  return { url: url ?? usualUrl, filters };
}

function isFollowable(url: string): boolean {
  if (!url.includes('://')) return URL.canParse(`http://${url}`);
  return /^(https?|wss?):/i.test(url) && URL.canParse(url);
}

interface Printer {
  readonly message: (message: FeedMessage) => Promise<void>;
  readonly text: (message: FeedMessage, text: string) => Promise<void>;
}

function createPrinter(out: Writable, colour: boolean, signal: AbortSignal): Printer {
  const alarms = new RecentAlarms(KNOWN_ALARMS);
  const write = async (lines: readonly string[]): Promise<void> => {
    if (lines.length === 0 || signal.aborted) return;
    if (out.write(`${lines.join('\n')}\n`)) return;
    // a reader that is slow, or gone, must not make us keep everything
    await once(out, 'drain', { signal }).catch(() => undefined);
  };
  return {
    text: (_message, text) => write([text]),
    message: (message) => write(describeMessage(message, alarms, colour)),
  };
}

function describeMessage(message: FeedMessage, alarms: RecentAlarms, colour: boolean): string[] {
  switch (message.kind) {
    case 'hello':
      return [];
    case 'snapshot': {
      const oldestFirst = message.alarms.toReversed();
      for (const state of oldestFirst) alarms.put(state, message.to);
      return oldestFirst.slice(-SHOWN_AT_FIRST).map((state) => formatAlarmLine(state, colour));
    }
    case 'updates':
      return message.updates.flatMap((update) => describeUpdate(update, alarms, colour));
  }
}

function describeUpdate(update: FeedUpdate, alarms: RecentAlarms, colour: boolean): string[] {
  switch (update.kind) {
    case 'alarm':
      return [formatAlarmLine(alarms.put(update.state, update.sequence).state, colour)];
    case 'progress': {
      const entry = alarms.get(update.alarm_id);
      if (entry === undefined) return [];
      entry.advance(update.counts, update.sequence);
      return [formatAlarmLine(entry.state, colour)];
    }
    case 'change':
      if (update.what === 'delete') alarms.remove(update.alarm_id);
      return [formatUpdateLine(update, colour)];
    case 'backlog':
    case 'notice':
      return [formatUpdateLine(update, colour)];
  }
}
