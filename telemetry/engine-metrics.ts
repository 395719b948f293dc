import {
  findImbalances,
  REFUSALS,
  type Imbalance,
  type Ledger,
  type LineCounts,
} from '../core/ledger/ledger.ts';
import { LOOK_UP_OUTCOMES, type Figures, type LookUpFigures } from './figures.ts';
import { byLabel, counter, gauge, histogram, type Metric, type Point } from './metric.ts';

const MS = 0.001;
const EQUATIONS = [
  ...(['received', 'accepted', 'deliveries', 'alarm lines', 'alarm-event lines'] as const),
] as const satisfies Imbalance['equation'][];

/** The ledger (SPEC §9) and the figures of engine, files, look-ups and feed. */
export function collectEngineMetrics(figures: Figures): Metric[] {
  return [
    ...ledgerMetrics(figures.ledger),
    ...lineMetrics(figures),
    ...counterMetrics(figures),
    ...gaugeMetrics(figures),
    ...lookUpMetrics(figures.lookUps()),
  ];
}

function ledgerMetrics(ledger: Ledger): Metric[] {
  const { refused, published, reached, noDirective, whitelisted, failed, lost } = ledger;
  const { consumed, opened, unmatched, outOfOrder, deliveriesFailed } = ledger;
  const difference = new Map(findImbalances(ledger).map((found) => [found.equation, found]));
  return [
    gauge(
      'dsiem_ledger_since_timestamp_seconds',
      'Time since when the ledger counts',
      ledger.since,
    ),
    counter('dsiem_events_received', 'Events and unparsed bodies that came in', ledger.received),
    counter('dsiem_events_accepted', 'Events that were accepted', ledger.accepted),
    counter(
      'dsiem_events_refused',
      'Events and unparsed bodies that were refused, by HTTP status',
      REFUSALS.map((status) => ({ labels: { status: String(status) }, value: refused[status] })),
    ),
    counter(
      'dsiem_events_routed',
      'Accepted events by what became of them',
      byLabel('outcome', {
        ...{ published, reached, no_directive: noDirective, whitelisted, failed, lost },
      }),
    ),
    gauge('dsiem_events_unrouted', 'Accepted events that wait to be routed', ledger.unrouted),
    counter(
      'dsiem_deliveries',
      'Deliveries begun, one for each event and directive',
      ledger.deliveries,
    ),
    counter(
      'dsiem_deliveries_settled',
      'Deliveries by what became of them',
      byLabel('outcome', {
        ...{ consumed, opened, unmatched, out_of_order: outOfOrder, failed: deliveriesFailed },
      }),
    ),
    gauge('dsiem_deliveries_in_flight', 'Deliveries not settled yet', ledger.deliveriesInFlight),
    gauge(
      'dsiem_ledger_imbalance',
      'Events, deliveries or lines that the ledger cannot account for; 0 unless the engine has an error',
      EQUATIONS.map((equation) => ({
        labels: { equation: equation.replace(/[ -]/g, '_') },
        value: difference.get(equation)?.difference ?? 0,
      })),
    ),
  ];
}

function lineMetrics({ ledger, files }: Figures): Metric[] {
  const outputs: Readonly<Record<string, LineCounts>> = {
    alarms: ledger.alarmLines,
    alarm_events: ledger.alarmEventLines,
  };
  const lines = (field: keyof LineCounts): Point[] =>
    Object.entries(outputs).map(([output, counts]) => ({
      ...{ labels: { output }, value: counts[field] },
    }));
  const ofFiles = (read: (file: Figures['files'][number]) => number): Point[] =>
    files.map((file) => ({ labels: { file: file.name }, value: read(file) }));
  return [
    counter('dsiem_lines_decided', 'Lines that were decided, by output', lines('decided')),
    counter('dsiem_lines_written', 'Lines on file, by output', lines('written')),
    counter('dsiem_lines_lost', 'Lines that could not be written, by output', lines('lost')),
    gauge('dsiem_lines_waiting', 'Lines on their way to the file, by output', lines('waiting')),
    counter(
      'dsiem_file_errors',
      'Failed writes by file',
      ofFiles(({ errors }) => errors),
    ),
    gauge(
      'dsiem_file_flush_lag_seconds',
      'Age of the oldest line that waits for its file',
      ofFiles((file) => file.flushLagMs() * MS),
    ),
  ];
}

function counterMetrics({ counters, statistics }: Figures): Metric[] {
  const { backlogsCompleted, backlogsTimedOut, backlogsEvicted } = counters;
  const { Low, Medium, High } = statistics.alarms;
  return [
    counter('dsiem_deliveries_matched', 'Deliveries that matched', counters.eventsMatched),
    counter('dsiem_backlogs_opened', 'Backlogs opened', counters.backlogsOpened),
    counter(
      'dsiem_backlogs_ended',
      'Backlogs ended, by how',
      byLabel('end', {
        ...{ completed: backlogsCompleted, timed_out: backlogsTimedOut, evicted: backlogsEvicted },
      }),
    ),
    counter('dsiem_backlogs_restored', 'Backlogs taken over from files', counters.backlogsRestored),
    counter(
      'dsiem_backlogs_set_aside',
      'Saved backlogs that were set aside because they cannot go on',
      counters.backlogsSetAside,
    ),
    counter('dsiem_alarms_raised', 'Alarms that got their first line', statistics.alarmsRaised),
    counter(
      'dsiem_alarms',
      'Alarms by each risk class that they came to',
      byLabel('risk_class', { low: Low, medium: Medium, high: High }),
    ),
    counter('dsiem_actor_failures', 'Messages on which an actor failed', counters.actorFailures),
    counter(
      'dsiem_late_batches',
      'Times that an event was accepted later than --max-delay',
      counters.lateBatches,
    ),
    histogram(
      'dsiem_event_duration_seconds',
      'Time from the receipt of an event to its lines on file',
      { value: statistics.eventMs, scale: MS },
    ),
  ];
}

function gaugeMetrics({ engine, maxQueue, feedClients }: Figures): Metric[] {
  const gauges = engine.gauges();
  return [
    gauge('dsiem_events_in_flight', 'Events admitted and not settled yet', gauges.eventsInFlight),
    gauge('dsiem_events_in_flight_limit', 'Bound of events in flight (--max_queue)', maxQueue),
    gauge('dsiem_directives', 'Directives loaded', gauges.directives),
    gauge('dsiem_directives_off', 'Directives turned off at run time', gauges.directivesOff),
    gauge('dsiem_directives_active', 'Directives with a live backlog', gauges.directivesActive),
    gauge('dsiem_managers_running', 'Directive managers that run', gauges.managersRunning),
    gauge('dsiem_backlogs', 'Live backlogs', gauges.backlogs),
    gauge('dsiem_feed_clients', 'Open connections of the live feed', feedClients()),
  ];
}

function lookUpMetrics(sources: readonly LookUpFigures[]): Metric[] {
  if (sources.length === 0) return [];
  const each = (read: (source: LookUpFigures) => number): Point[] =>
    sources.map((source) => ({
      labels: { type: source.type, source: source.name },
      value: read(source),
    }));
  return [
    counter(
      'dsiem_look_ups',
      'Look-ups asked for, by source',
      each(({ asked }) => asked),
    ),
    counter(
      'dsiem_look_ups_settled',
      'Look-ups by source and by what became of them',
      LOOK_UP_OUTCOMES.flatMap((outcome) =>
        each((source) => source[outcome]).map(({ labels, value }) => ({
          labels: { ...labels, outcome: outcome.replace('timedOut', 'timed_out') },
          value,
        })),
      ),
    ),
    counter(
      'dsiem_look_up_findings',
      'Look-ups that found something',
      each(({ found }) => found),
    ),
    counter(
      'dsiem_look_up_retries',
      'Further tries of look-ups',
      each(({ retried }) => retried),
    ),
  ];
}
