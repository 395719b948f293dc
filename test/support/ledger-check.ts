// The ledger of SPEC §9 as a whole run of the product left it: its last log line, `stopped`, carries every counter.

import assert from 'node:assert/strict';
import { z } from 'zod';
import { findImbalances, type Ledger } from '../../core/ledger/ledger.ts';
import type { Ending } from './process-group.ts';

/** The environment of a product whose ledger is read at its end. */
export const JSON_LOG = { DSIEM_JSON: 'true' } as const;

const count = z.number().int().nonnegative();
const lineCounts = z.object({ decided: count, written: count, waiting: count, lost: count });
const refused = z.object({
  ...{ 400: count, 401: count, 403: count, 408: count, 413: count },
  ...{ 415: count, 418: count, 429: count, 503: count },
});
const ledgerShape = z.object({
  ...{ since: count, received: count, refused, accepted: count, unrouted: count, reached: count },
  published: count,
  ...{ noDirective: count, whitelisted: count, failed: count, lost: count, deliveries: count },
  ...{ deliveriesInFlight: count, consumed: count, opened: count, unmatched: count },
  ...{ outOfOrder: count, deliveriesFailed: count },
  ...{ alarmLines: lineCounts, alarmEventLines: lineCounts },
});
const logLine = z.object({
  level: z.string(),
  fields: z.looseObject({ message: z.string() }),
});
const stoppedFields = z.object({ ledger: ledgerShape, backlogs: count });

/** One line of a log in JSON. */
export type LogLine = z.infer<typeof logLine>;

/** How a run ended. */
export interface FinalLedger {
  readonly ledger: Ledger;
  /** Backlogs that were saved. */
  readonly backlogs: number;
  readonly lines: readonly LogLine[];
}

/** A product, or a process group that runs one. */
interface Stoppable {
  stop(signal: NodeJS.Signals): Promise<Ending>;
  log(): string;
}

/** What is no fault in a test that provokes it. */
export interface Expected {
  /** Messages of ERROR lines that may be logged. */
  readonly errors?: readonly string[];
  /** Lines may be lost, and inputs may still be in flight. */
  readonly losses?: true;
  /** A backend may have lost events on their way from its frontends. */
  readonly lostEvents?: true;
}

/**
 * Stops a product that logs in JSON (`JSON_LOG`) and asserts an orderly end: exit code 0, `stopped` as its last line, a
 * ledger that balances with nothing in flight, waiting, failed or lost, and no ERROR line, unless it is expected.
 */
export async function stopBalanced(
  product: Stoppable,
  signal: NodeJS.Signals = 'SIGTERM',
  expected: Expected = {},
): Promise<FinalLedger> {
  return assertBalanced(await product.stop(signal), product.log(), expected);
}

/** The same for a product that has ended already. */
export function assertBalanced(ending: Ending, log: string, expected: Expected = {}): FinalLedger {
  assert.deepEqual(ending, { code: 0, signal: null }, log.slice(-5000));
  const lines = parseLog(log);
  assertNoErrors(lines, expected.errors ?? []);
  const last = lines.at(-1);
  assert.equal(last?.fields.message, 'stopped');
  const { ledger, backlogs } = stoppedFields.parse(last.fields);
  assert.deepEqual(findImbalances(ledger), [], JSON.stringify(ledger));
  const { failed, lost, deliveriesFailed } = ledger;
  assert.deepEqual({ failed, deliveriesFailed }, { failed: 0, deliveriesFailed: 0 });
  if (expected.lostEvents !== true) assert.equal(lost, 0);
  if (expected.losses !== true) assertNothingLeft(ledger);
  return { ledger, backlogs, lines };
}

/** The lines of a log in JSON; a line of another kind, such as a stack trace, is a fault. */
export function parseLog(log: string): LogLine[] {
  return log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => logLine.parse(parseLine(line)));
}

/** Fails when a line at level ERROR has another message than these. */
export function assertNoErrors(lines: readonly LogLine[], expected: readonly string[]): void {
  const errors = lines.filter(
    ({ level, fields }) => level === 'ERROR' && !expected.includes(fields.message),
  );
  assert.deepEqual(errors, []);
}

function assertNothingLeft({
  unrouted,
  deliveriesInFlight,
  alarmLines,
  alarmEventLines,
}: Ledger): void {
  assert.deepEqual({ unrouted, deliveriesInFlight }, { unrouted: 0, deliveriesInFlight: 0 });
  for (const { waiting, lost } of [alarmLines, alarmEventLines]) {
    assert.deepEqual({ waiting, lost }, { waiting: 0, lost: 0 });
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`a log line is no JSON: ${line}`);
  }
}
