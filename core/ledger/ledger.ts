// The book-keeping of SPEC §9: plain counters, one registry, every event and line accounted for.

/** The answers by which an event or body is refused. */
export const REFUSALS = [400, 401, 403, 408, 413, 415, 418, 429, 503] as const;
export type Refusal = (typeof REFUSALS)[number];

/** Lines decided for one output, and what became of them. */
export interface LineCounts {
  decided: number;
  written: number;
  waiting: number;
  lost: number;
}

/** Every counter of the engine; whoever does a thing increments its counter at once, nothing is derived by subtraction. */
export interface Ledger {
  /** Unix seconds since when it counts. */
  readonly since: number;
  received: number;
  /** By HTTP status. A body that was never parsed counts as one. */
  readonly refused: Record<Refusal, number>;
  accepted: number;
  /** Accepted and not yet looked at by the supervisor. */
  unrouted: number;
  /** Events that a frontend has handed over to the NATS server for its backends. */
  published: number;
  /** Events that concerned at least one directive. */
  reached: number;
  noDirective: number;
  whitelisted: number;
  /** Events that threw before any directive saw them. */
  failed: number;
  /** Accepted and lost (cluster). */
  lost: number;
  /** Deliveries (event × directive) begun, and what became of each. */
  deliveries: number;
  deliveriesInFlight: number;
  consumed: number;
  opened: number;
  unmatched: number;
  outOfOrder: number;
  deliveriesFailed: number;
  readonly alarmLines: LineCounts;
  readonly alarmEventLines: LineCounts;
}

/** A ledger of zeros that counts since `since` (Unix seconds). */
export function createLedger(since: number): Ledger {
  return {
    since,
    received: 0,
    refused: { 400: 0, 401: 0, 403: 0, 408: 0, 413: 0, 415: 0, 418: 0, 429: 0, 503: 0 },
    accepted: 0,
    unrouted: 0,
    published: 0,
    reached: 0,
    noDirective: 0,
    whitelisted: 0,
    failed: 0,
    lost: 0,
    deliveries: 0,
    deliveriesInFlight: 0,
    consumed: 0,
    opened: 0,
    unmatched: 0,
    outOfOrder: 0,
    deliveriesFailed: 0,
    alarmLines: { decided: 0, written: 0, waiting: 0, lost: 0 },
    alarmEventLines: { decided: 0, written: 0, waiting: 0, lost: 0 },
  };
}

/** One equation of the ledger that does not hold: the left side minus the right side. */
export interface Imbalance {
  readonly equation: 'received' | 'accepted' | 'deliveries' | 'alarm lines' | 'alarm-event lines';
  readonly difference: number;
}

/** The equations of SPEC §9 that do not hold; empty when every event and line is accounted for. */
export function findImbalances(ledger: Ledger): Imbalance[] {
  const refused = countRefused(ledger);
  const equations: Imbalance[] = [
    { equation: 'received', difference: ledger.received - ledger.accepted - refused },
    {
      equation: 'accepted',
      difference:
        ledger.accepted -
        (ledger.published +
          ledger.reached +
          ledger.noDirective +
          ledger.whitelisted +
          ledger.failed +
          ledger.lost +
          ledger.unrouted),
    },
    {
      equation: 'deliveries',
      difference:
        ledger.deliveries -
        (ledger.consumed +
          ledger.opened +
          ledger.unmatched +
          ledger.outOfOrder +
          ledger.deliveriesFailed +
          ledger.deliveriesInFlight),
    },
    { equation: 'alarm lines', difference: lineDifference(ledger.alarmLines) },
    { equation: 'alarm-event lines', difference: lineDifference(ledger.alarmEventLines) },
  ];
  return equations.filter(({ difference }) => difference !== 0);
}

/** The ledger in the few figures that a log line has room for; all since its start. */
export interface LedgerSummary {
  readonly received: number;
  readonly accepted: number;
  readonly refused: number;
  readonly published: number;
  readonly reached: number;
  readonly no_directive: number;
  readonly whitelisted: number;
  /** Events and deliveries that threw. */
  readonly failed: number;
  readonly lost: number;
  readonly deliveries: number;
  readonly lines_written: number;
  readonly lines_waiting: number;
  readonly lines_lost: number;
}

/** What an operator looks for first: what came, what became of it, and whether anything is lost. */
export function summarizeLedger(ledger: Ledger): LedgerSummary {
  const { received, accepted, published, reached, whitelisted, lost, deliveries } = ledger;
  const { alarmLines, alarmEventLines } = ledger;
  return {
    ...{ received, accepted, refused: countRefused(ledger), published, reached },
    ...{ no_directive: ledger.noDirective, whitelisted },
    ...{ failed: ledger.failed + ledger.deliveriesFailed, lost, deliveries },
    lines_written: alarmLines.written + alarmEventLines.written,
    lines_waiting: alarmLines.waiting + alarmEventLines.waiting,
    lines_lost: alarmLines.lost + alarmEventLines.lost,
  };
}

/** Events and bodies refused with any answer. */
export function countRefused({ refused }: Ledger): number {
  return REFUSALS.reduce((sum, status) => sum + refused[status], 0);
}

function lineDifference(lines: LineCounts): number {
  return lines.decided - lines.written - lines.waiting - lines.lost;
}
