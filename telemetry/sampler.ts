// Looks at the counters every second for the rate, and every ten for the ring of a day and the reference's gauges.
import { createActivityMeter, type Activity } from '../core/ledger/activity.ts';
import { countRefused } from '../core/ledger/ledger.ts';
import { SAMPLE_SECONDS, SampleRing } from '../core/ledger/sample-ring.ts';
import type { Figures } from './figures.ts';
import { gauge, type Metric } from './metric.ts';
import { EventLoopMonitor } from './process-figures.ts';

/** Timers are late at times, never early by much. */
const TICK_TOLERANCE_SECONDS = 0.5;
const NOTHING: Activity = { eps: 0, avgProcTimeMs: 0, received: 0, matched: 0, timedOut: 0 };

/** The samples of a process and what was last seen. */
export class Sampler {
  readonly ring = new SampleRing();
  readonly eventLoop = new EventLoopMonitor();
  readonly #figures: Figures;
  readonly #measure: (seconds: number) => Activity;
  #activity = NOTHING;
  #accepted: number;
  #refused: number;
  #alarms: { readonly Low: number; readonly Medium: number; readonly High: number };
  #tickMs: number;
  #sampleMs: number;
  #eps = 0;

  /** `startMs` as the clock of `tick`. */
  constructor(figures: Figures, startMs: number) {
    this.#tickMs = startMs;
    this.#sampleMs = startMs;
    this.#figures = figures;
    this.#measure = createActivityMeter(figures.ledger, figures.counters);
    this.#accepted = figures.ledger.accepted;
    this.#refused = countRefused(figures.ledger);
    this.#alarms = { ...figures.statistics.alarms };
  }

  /** Events accepted a second, since the tick before the last. */
  get eps(): number {
    return this.#eps;
  }

  /** To be called every second or so, with the time in Unix seconds and on a clock that never goes back. */
  tick(now: number, monotonicMs: number): void {
    const { accepted } = this.#figures.ledger;
    const seconds = (monotonicMs - this.#tickMs) / 1000;
    if (seconds > 0) this.#eps = (accepted - this.#accepted) / seconds;
    this.#accepted = accepted;
    this.#tickMs = monotonicMs;
    const sampleSeconds = (monotonicMs - this.#sampleMs) / 1000;
    if (sampleSeconds < SAMPLE_SECONDS - TICK_TOLERANCE_SECONDS) return;
    this.#sampleMs = monotonicMs;
    this.#sample(now, sampleSeconds);
  }

  /** The reference's gauges (SPEC §11); two more are named as its running versions name them. */
  referenceMetrics(): Metric[] {
    const { eps, avgProcTimeMs, received, matched, timedOut } = this.#activity;
    const { eventsInFlight, directives, directivesActive, backlogs } =
      this.#figures.engine.gauges();
    return [
      gauge('dsiem_eps', 'Events accepted a second, over ten seconds', eps),
      gauge('dsiem_queue_length', 'Events in flight', eventsInFlight),
      gauge(
        'dsiem_avg_proc_time_ms',
        'Milliseconds from receipt to line, on average',
        avgProcTimeMs,
      ),
      gauge('dsiem_directives_ttl', 'Directives loaded', directives),
      gauge('dsiem_directives_total', 'Directives loaded', directives),
      gauge('dsiem_directives_active', 'Directives with a live backlog', directivesActive),
      gauge('dsiem_events_rcvd', 'Events accepted in ten seconds', received),
      gauge('dsiem_events', 'Events accepted in ten seconds', received),
      gauge('dsiem_events_matched', 'Deliveries to directives in ten seconds', matched),
      gauge('dsiem_backlogs', 'Live backlogs', backlogs),
      gauge('dsiem_backlogs_timedout', 'Backlogs that timed out in ten seconds', timedOut),
    ];
  }

  stop(): void {
    this.eventLoop.stop();
  }

  #sample(now: number, seconds: number): void {
    const { ledger, statistics, engine } = this.#figures;
    this.eventLoop.roll();
    this.#activity = this.#measure(seconds);
    const refused = countRefused(ledger);
    const { eventsInFlight, backlogs } = engine.gauges();
    const { Low, Medium, High } = statistics.alarms;
    this.ring.add(now, {
      events_per_second: this.#activity.eps,
      refused_per_second: (refused - this.#refused) / seconds,
      ...{ queue: eventsInFlight, backlogs, alarms_low: Low - this.#alarms.Low },
      ...{ alarms_medium: Medium - this.#alarms.Medium, alarms_high: High - this.#alarms.High },
    });
    this.#refused = refused;
    this.#alarms = { Low, Medium, High };
  }
}
