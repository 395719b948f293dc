import { monitorEventLoopDelay } from 'node:perf_hooks';
import { counter, gauge, type Metric } from './metric.ts';

/** How late the event loop was, in milliseconds. */
export interface EventLoopDelay {
  readonly meanMs: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** A timer of node's own measures; a look costs nothing else. */
const RESOLUTION_MS = 20;
/** Looks at intervals of ten seconds, so that a scrape a minute misses no delay. */
const WINDOWS = 6;
const NANOSECONDS = 1e-6;

/** Measures the event loop from now on. */
export class EventLoopMonitor {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #windows: EventLoopDelay[] = [];

  constructor() {
    this.#histogram.enable();
  }

  /** Ends one window and begins the next; called every ten seconds. */
  roll(): void {
    this.#windows.push(this.#read());
    if (this.#windows.length > WINDOWS) this.#windows.shift();
    this.#histogram.reset();
  }

  /** The last minute with what has been measured since. */
  lastMinute(): EventLoopDelay {
    const windows = [...this.#windows, this.#read()];
    return {
      meanMs: windows.reduce((sum, { meanMs }) => sum + meanMs, 0) / windows.length,
      p99Ms: Math.max(...windows.map(({ p99Ms }) => p99Ms)),
      maxMs: Math.max(...windows.map(({ maxMs }) => maxMs)),
    };
  }

  stop(): void {
    this.#histogram.disable();
  }

  /** The timer's own interval is in what it measures. */
  #read(): EventLoopDelay {
    const histogram = this.#histogram;
    if (histogram.count === 0) return { meanMs: 0, p99Ms: 0, maxMs: 0 };
    const late = (value: number): number => Math.max(0, value * NANOSECONDS - RESOLUTION_MS);
    return {
      meanMs: late(histogram.mean),
      p99Ms: late(histogram.percentile(99)),
      maxMs: late(histogram.max),
    };
  }
}

/** What the process takes, under the names that Prometheus clients use. */
export function collectProcessMetrics(delay: EventLoopDelay): Metric[] {
  const memory = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const startedMs = performance.timeOrigin;
  return [
    counter('process_cpu_seconds', 'CPU time of the process', (user + system) / 1e6),
    gauge('process_resident_memory_bytes', 'Resident memory', memory.rss),
    gauge('process_start_time_seconds', 'Unix time of the start', startedMs / 1000),
    gauge('nodejs_heap_size_used_bytes', 'Heap in use', memory.heapUsed),
    gauge('nodejs_heap_size_total_bytes', 'Heap allocated', memory.heapTotal),
    gauge('nodejs_external_memory_bytes', 'Memory outside the heap', memory.external),
    gauge(
      'nodejs_eventloop_delay_mean_seconds',
      'How late the event loop was in the last minute',
      delay.meanMs / 1000,
    ),
    gauge(
      'nodejs_eventloop_delay_p99_seconds',
      'How late the event loop was in the last minute, worst 99th percentile of ten seconds',
      delay.p99Ms / 1000,
    ),
    gauge(
      'nodejs_eventloop_delay_max_seconds',
      'How late the event loop was in the last minute at most',
      delay.maxMs / 1000,
    ),
  ];
}
