// How a manager offers a batch to its backlogs and opens new ones (DESIGN §2): the result is that of one event at a time.
import type { Input } from '../core/correlation/advance.ts';
import type { Backlog } from '../core/correlation/backlog.ts';
import type { InputGroup } from '../core/correlation/backlog-index.ts';
import { DeliveryOutcomes, OUTCOMES, type Outcome } from '../core/correlation/delivery-outcomes.ts';
import type { Effect } from '../core/correlation/effect.ts';
import type { OfferReport } from '../core/correlation/offer-inputs.ts';
import { openFromGroup } from '../core/correlation/open-from-group.ts';
import { countDeliveries } from '../core/ledger/directive-statistics.ts';
import { tell } from './actor-ref.ts';
import type { BacklogChange } from './backlog.ts';
import {
  beginRun,
  countEnds,
  enrolBacklog,
  meter,
  noteChange,
  reportRun,
  statisticsOf,
  type LiveBacklog,
  type ManagerReport,
  type ManagerState,
  type Run,
} from './manager-state.ts';
import { Replies } from './replies.ts';

/** Offers a batch; near the bound on live backlogs event by event, because each opening may then end another. */
export async function correlate(
  state: ManagerState,
  inputs: readonly Input[],
): Promise<ManagerReport> {
  const { maxBacklogs } = state.deps;
  const run = beginRun(inputs.at(-1)?.now);
  if (maxBacklogs === 0 || state.roster.size + inputs.length <= maxBacklogs) {
    const outcomes = await offerBatch(state, inputs, run);
    return reportCorrelation(state, run, outcomes.count());
  }
  const totals = new DeliveryOutcomes(0).count();
  for (const input of inputs) {
    await expireDue(state, input.now, run);
    const counts = (await offerBatch(state, [input], run)).count();
    for (const outcome of OUTCOMES) totals[outcome] += counts[outcome];
    await evictOverBound(state, maxBacklogs, run);
  }
  return reportCorrelation(state, run, totals);
}

function reportCorrelation(
  state: ManagerState,
  run: Run,
  outcomes: Readonly<Record<Outcome, number>>,
): ManagerReport {
  const statistics = statisticsOf(state, run.now);
  if (statistics !== undefined) {
    const events = OUTCOMES.reduce((sum, outcome) => sum + outcomes[outcome], 0);
    const matches = outcomes.consumed + outcomes.opened;
    countDeliveries(statistics, { events, matches }, run.now);
  }
  return reportRun(state, run, outcomes);
}

/** Ends the backlogs whose deadline has passed at `now`. */
export async function expire(state: ManagerState, now: number): Promise<ManagerReport> {
  const run = beginRun(now);
  await expireDue(state, now, run);
  if (state.roster.size * 2 < state.deps.maxBacklogs) state.roster.dropRanking();
  return reportRun(state, run, undefined);
}

/** Takes over restored backlogs; before any input. */
export function restore(state: ManagerState, backlogs: readonly Backlog[]): ManagerReport {
  for (const backlog of backlogs) enrolBacklog(state, backlog);
  return reportRun(state, beginRun(), undefined);
}

async function offerBatch(
  state: ManagerState,
  inputs: readonly Input[],
  run: Run,
): Promise<DeliveryOutcomes> {
  const outcomes = new DeliveryOutcomes(inputs.length);
  const planning = performance.now();
  const [current, ...others] = state.roster.indexes;
  const groups = current.group(inputs);
  const offers = planOffers(current, inputs, groups);
  for (const index of others) offers.push(...planOffers(index, inputs, index.group(inputs)));
  meter(state, planning);
  if (offers.length > 0) await makeOffers(state, offers, { outcomes, run });
  const opening = performance.now();
  openBacklogs(state, { groups, outcomes, run });
  for (const [position, { event }] of inputs.entries()) {
    if (event.receivedMs < run.oldestAcceptedMs && outcomes.isAccepted(position)) {
      run.oldestAcceptedMs = event.receivedMs;
    }
  }
  meter(state, opening);
  return outcomes;
}

interface Offer {
  readonly entry: LiveBacklog;
  readonly group: InputGroup<Input>;
}

/** Offers for the backlogs of a rule set, at most one each, so that nothing is outstanding for one that ends on it. */
function planOffers(
  index: LiveBacklog['index'],
  inputs: readonly Input[],
  groups: readonly InputGroup<Input>[],
): Offer[] {
  const offers: Offer[] = [];
  let whole: InputGroup<Input> | undefined;
  index.forEachUnkeyed((entry) => {
    whole ??= { key: undefined, inputs, positions: [...inputs.keys()] };
    offers.push({ entry, group: whole });
  });
  for (const group of groups) {
    index.forEachKeyed(group.key, (entry) => {
      offers.push({ entry, group });
    });
  }
  return offers;
}

/** Messages of one event-loop turn; between turns requests are read, and what they bring makes the next batch larger. */
const OFFERS_AT_ONCE = 512;

async function makeOffers(
  state: ManagerState,
  offers: readonly Offer[],
  { outcomes, run }: { outcomes: DeliveryOutcomes; run: Run },
): Promise<void> {
  const replies = new Replies();
  for (const [index, offer] of offers.entries()) {
    if (index > 0 && index % OFFERS_AT_ONCE === 0) await replies.all();
    const done = replies.expect((report: OfferReport | undefined) => {
      takeReport(state, offer, { outcomes, run, report });
    });
    tell(offer.entry.ref, { type: 'offer', inputs: offer.group.inputs, done });
  }
  await replies.all();
}

function takeReport(
  state: ManagerState,
  { entry, group }: Offer,
  {
    outcomes,
    run,
    report,
  }: { outcomes: DeliveryOutcomes; run: Run; report: OfferReport | undefined },
): void {
  if (report === undefined) {
    for (const position of group.positions) outcomes.note(position, 'failed');
    return;
  }
  for (const index of report.consumed) outcomes.note(group.positions[index] ?? 0, 'consumed');
  for (const index of report.discarded) outcomes.note(group.positions[index] ?? 0, 'discarded');
  for (const { position: index, error } of report.failed) {
    outcomes.note(group.positions[index] ?? 0, 'failed');
    logFailure(state, error, group.inputs[index]);
  }
  noteChange(state, entry, report, run);
}

function openBacklogs(
  state: ManagerState,
  {
    groups,
    outcomes,
    run,
  }: {
    groups: readonly InputGroup<Input>[];
    outcomes: DeliveryOutcomes;
    run: Run;
  },
): void {
  const { head, context, directive, deps } = state;
  const effects: Effect[] = [];
  const opener = {
    ...{ epoch: deps.epoch, head, context, ruleSet: directive.ruleSet },
    onFailure: (error: unknown, input: Input) => {
      logFailure(state, error, input);
    },
  };
  for (const group of groups) {
    for (const backlog of openFromGroup(group, outcomes, opener, effects)) {
      if (backlog.end === undefined) enrolBacklog(state, backlog);
    }
  }
  if (effects.length === 0) return;
  run.effects.push(effects);
  countEnds(state, effects, run);
}

function logFailure({ deps, head }: ManagerState, err: unknown, input: Input | undefined): void {
  const event = input?.event.eventId;
  deps.log.error(
    { err, directive: head.id, event },
    'an event failed in a directive and is skipped',
  );
}

async function expireDue(state: ManagerState, now: number, run: Run): Promise<void> {
  const due = state.roster.due(now);
  if (due.length === 0) return;
  const replies = new Replies();
  for (const entry of due) {
    const done = replies.expect((change: BacklogChange | undefined) => {
      if (change !== undefined) noteChange(state, entry, change, run);
    });
    tell(entry.ref, { type: 'expire', now, done });
  }
  await replies.all();
}

async function evictOverBound(state: ManagerState, maxBacklogs: number, run: Run): Promise<void> {
  while (state.roster.size > maxBacklogs) {
    const entry = state.roster.leastAdvanced();
    if (entry === undefined) return;
    const replies = new Replies();
    const done = replies.expect((change: BacklogChange | undefined) => {
      if (change !== undefined) noteChange(state, entry, change, run);
    });
    tell(entry.ref, { type: 'evict', done });
    await replies.all();
    if (entry.live) return;
  }
}
