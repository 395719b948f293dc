import { randomInt } from 'node:crypto';
import type { Directive } from '../../core/directive/directive.ts';
import {
  DetectionsError,
  readEngineDetections,
  readFolderDetections,
  type Detections,
} from '../simulation/detections.ts';
import { createEventPoster, PostError, type EventPoster } from '../simulation/event-poster.ts';
import { openFileSink, type EventSink } from '../simulation/event-sink.ts';
import { startProgressBar } from '../simulation/progress-bar.ts';
import { findSteps, SCENARIOS } from '../simulation/scenarios.ts';
import {
  describeTrials,
  formatReport,
  type SimulationReport,
} from '../simulation/simulation-report.ts';
import { runSimulation, type SimulationPlan } from '../simulation/simulation.ts';
import { AlarmWatchError, watchAlarms } from '../simulation/watch-alarms.ts';
import { Witness } from '../simulation/witness.ts';

/** What is simulated, as the command line says it. */
export interface SimulateRequest extends Omit<SimulationPlan, 'detections' | 'stories' | 'seed'> {
  /** Of the engine. */
  readonly url: string;
  /** For the feed; and for events without `eventsToken`. */
  readonly token: string | undefined;
  readonly eventsToken: string | undefined;
  /** The folder with directives and assets; undefined: those of the engine. */
  readonly configDir: string | undefined;
  /** Ids; undefined: all. */
  readonly directives: readonly number[] | undefined;
  /** The name of a scenario; undefined: each directive by itself. */
  readonly scenario: string | undefined;
  /** A file that gets the events in place of the engine. */
  readonly toFile: string | undefined;
  /** Whether the feed is watched. */
  readonly isWatched: boolean;
  /** Undefined: another one every time. */
  readonly seed: number | undefined;
  readonly json: boolean;
  /** Whether a terminal shows how far it is. */
  readonly hasBar: boolean;
  /** Stops early; SIGINT and SIGTERM do too. */
  readonly signal?: AbortSignal;
}

/** How it ended: 0 when all directives fired, 1 when one did not or the run broke off, 2 when there was nothing to try. */
export type SimulateExit = 0 | 1 | 2;

/** `dsiem simulate`: attacks directives, and prints for each whether its alarm came. */
export async function simulate(request: SimulateRequest): Promise<SimulateExit> {
  const ending = new AbortController();
  const end = (): void => {
    ending.abort();
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  request.signal?.addEventListener('abort', end);
  try {
    return await run(request, ending);
  } catch (error) {
    if (error instanceof DetectionsError || error instanceof AlarmWatchError) {
      return fail(error.message, 2);
    }
    if (error instanceof PostError) return fail(error.message, 1);
    if (error instanceof Error && 'syscall' in error) return fail(error.message, 1);
    throw error;
  } finally {
    ending.abort();
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}

async function run(request: SimulateRequest, ending: AbortController): Promise<SimulateExit> {
  const { url, token, isWatched, json, configDir } = request;
  const detections = await (configDir === undefined
    ? readEngineDetections(url)
    : readFolderDetections(configDir));
  const stories = findStories(request, detections);
  if (typeof stories === 'string') return fail(stories, 2);
  const { signal } = ending;
  const witness = isWatched ? new Witness() : undefined;
  if (witness !== undefined) {
    await watchAlarms({
      ...{ url, token, signal },
      directiveIds: [...new Set(stories.flat().map(({ id }) => id))],
      onMessage: (message) => {
        witness.see(message);
      },
      onLoss: (problem) => {
        process.stderr.write(`dsiem: the live feed: ${problem}; trying again\n`);
      },
    });
  }
  const seed = request.seed ?? randomInt(2 ** 32);
  const plan: SimulationPlan = { ...request, detections, stories, seed };
  const { sink, poster } = await openSink(request, signal);
  const bar = startProgressBar(stories.flat().length * request.count, request.hasBar);
  try {
    const { trials, sums } = await runSimulation({
      ...{ plan, sink, witness, signal },
      onProgress: ({ attacks, events, noise }) => {
        bar.update(attacks, `${String(events)} events of attacks, ${String(noise)} of noise`);
      },
    });
    bar.stop();
    const rows = describeTrials(trials, isWatched);
    const wanted = isWatched ? 'fired' : 'sent';
    const report: SimulationReport = {
      ok: rows.every(({ verdict }) => verdict === wanted),
      ...{ seed, events: sums.events, noise: sums.noise, waits: poster?.waits() ?? 0 },
      directives: rows,
    };
    const text = json ? `${JSON.stringify(report)}\n` : formatReport(report, isWatched);
    process.stdout.write(text);
    return report.ok ? 0 : 1;
  } finally {
    bar.stop();
    await sink.close();
  }
}

async function openSink(
  { url, token, eventsToken, toFile }: SimulateRequest,
  signal: AbortSignal,
): Promise<{ readonly sink: EventSink; readonly poster: EventPoster | undefined }> {
  if (toFile !== undefined) return { sink: await openFileSink(toFile), poster: undefined };
  const poster = createEventPoster({ url, token: eventsToken ?? token, signal });
  return { sink: { post: poster.post, close: () => Promise.resolve() }, poster };
}

/** The stories of a run; a text says why there are none. */
function findStories(
  { directives: ids, scenario: name }: SimulateRequest,
  { directives, disabled }: Detections,
): readonly (readonly Directive[])[] | string {
  const chosen = ids === undefined ? directives : directives.filter(({ id }) => ids.includes(id));
  const unknown = ids?.filter((id) => !directives.some((directive) => directive.id === id)) ?? [];
  const [first] = unknown;
  if (first !== undefined) {
    const reason = disabled.has(first) ? 'is disabled' : 'is not there';
    return `--directive: directive ${String(first)} ${reason}`;
  }
  if (name === undefined) return chosen.map((directive) => [directive]);
  const scenario = SCENARIOS.find((candidate) => candidate.name === name);
  if (scenario === undefined) {
    const names = SCENARIOS.map((known) => known.name).join(', ');
    return `--scenario: must be one of ${names}, got "${name}"`;
  }
  const { found, missing } = findSteps(scenario, chosen);
  if (found.length === 0) {
    return `--scenario: no directive has one of the ATT&CK techniques of ${name}: ${missing.join(', ')}`;
  }
  for (const techniques of missing) {
    process.stderr.write(`dsiem: ${name}: no directive for ${techniques}, the step is left out\n`);
  }
  return [found];
}

function fail(message: string, exit: 1 | 2): SimulateExit {
  for (const line of message.split('\n')) process.stderr.write(`dsiem: ${line}\n`);
  return exit;
}
