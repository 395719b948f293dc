import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Product } from '../../test/support/process.ts';
import { makeConfiguration } from './directives.ts';
import { createLineCounter, waitForLines, type LineCounter } from './line-counter.ts';
import type { LoadOrder, LoadReport } from './load-order.ts';
import { sendLoad } from './load.ts';
import { readMemory } from './process-figures.ts';
import { median } from './quantiles.ts';
import type { Scenario } from './scenarios.ts';
import { startBareServer, startForBench, type BareServer } from './servers.ts';

const OPENING_LIMIT_SECONDS = 120;

/** How long and how often a row is measured. */
export interface Effort {
  readonly rounds: number;
  /** Of each server in each round. */
  readonly seconds: number;
}

/** What one scenario gave: medians over the rounds; rates are events per second. */
export interface RowResult {
  readonly bare: number;
  readonly accepted: number;
  /** Accepted events divided by the time from the first request to the last answer or written line. */
  readonly settled: number;
  /** Of `settled` to `bare` of the same round. */
  readonly ratio: number;
  /** Lines that accepted events should have and do not have. */
  readonly lost: number;
  /** Requests that were refused (429, 503), and connections that broke. */
  readonly refused: number;
  readonly broken: number;
  readonly startedInMs: number;
  readonly memoryMb: { readonly before: number; readonly after: number; readonly peak: number };
  /** Processor time of the load generator in a second of the product's time. */
  readonly generatorBusy: number;
}

type Load = Omit<LoadOrder, 'port' | 'timestamp' | 'first' | 'events' | 'seconds'>;

/** The product under load, and what it should have written so far. */
interface Subject {
  readonly product: Product;
  readonly path: string;
  readonly lines: LineCounter;
  sent: number;
  known: number;
  written: number;
}

interface Round {
  readonly bare: number;
  readonly settled: number;
  readonly report: LoadReport;
}

/** Measures the bare server and the product in turns under the same load: what disturbs one disturbs the other. */
export async function measureRow(scenario: Scenario, effort: Effort): Promise<RowResult> {
  const { connections, arrayOf, vary } = scenario;
  const load: Load = { connections, arrayOf, ...vary, rate: null };
  const bare = await startBareServer();
  const product = await startForBench(makeConfiguration(vary.directives, scenario.occurrence));
  const path = join(product.logDir, 'siem_alarm_events.json');
  const lines = createLineCounter(path);
  const subject: Subject = { product, path, lines, sent: 0, known: 0, written: 0 };
  try {
    await sendLoad({ ...load, port: bare.port, seconds: 1 });
    await loadSubject(subject, load, {
      events: scenario.warmEvents,
      seconds: OPENING_LIMIT_SECONDS,
    });
    const before = readMemory(product.pid).nowMb;
    const rounds: Round[] = [];
    while (rounds.length < effort.rounds) {
      rounds.push(await measureRound(bare, subject, { load, seconds: effort.seconds }));
    }
    return summarize(subject, before, rounds);
  } finally {
    lines.close();
    await product.dispose();
    await bare.stop();
  }
}

async function measureRound(
  bare: BareServer,
  subject: Subject,
  { load, seconds }: { readonly load: Load; readonly seconds: number },
): Promise<Round> {
  const floor = await sendLoad({ ...load, port: bare.port, seconds });
  const report = await loadSubject(subject, load, { events: null, seconds });
  const lastWriteMs = statSync(subject.path).mtimeMs;
  const settledSeconds = Math.max(report.seconds, (lastWriteMs - report.startedAt) / 1000);
  return {
    bare: floor.accepted / floor.seconds,
    settled: report.accepted / settledSeconds,
    report,
  };
}

/** Sends the next events to the product and waits until their lines are written. */
async function loadSubject(
  subject: Subject,
  load: Load,
  span: Pick<LoadOrder, 'events' | 'seconds'>,
): Promise<LoadReport> {
  const { product, lines } = subject;
  const report = await sendLoad({ ...load, ...span, port: product.port, first: subject.sent });
  subject.sent += report.sent;
  subject.known += report.known;
  subject.written = await waitForLines(lines, subject.known);
  return report;
}

function summarize(
  { product, known, written }: Subject,
  before: number,
  rounds: readonly Round[],
): RowResult {
  const reports = rounds.map(({ report }) => report);
  const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);
  const memory = readMemory(product.pid);
  return {
    bare: median(rounds.map((round) => round.bare)),
    accepted: median(reports.map((report) => report.accepted / report.seconds)),
    settled: median(rounds.map((round) => round.settled)),
    ratio: median(rounds.map((round) => round.settled / round.bare)),
    lost: known - written,
    refused: sum(
      reports.map(({ requests, statuses, broken }) => requests - (statuses['200'] ?? 0) - broken),
    ),
    broken: sum(reports.map(({ broken }) => broken)),
    startedInMs: product.startedInMs,
    memoryMb: { before, after: memory.nowMb, peak: memory.peakMb },
    generatorBusy: median(reports.map((report) => report.cpuSeconds / report.seconds)),
  };
}
