import type { StatusView } from '../../server/schemas/status.ts';

const LINES = { decided: 0, written: 0, waiting: 0, lost: 0 };

/** The status of an engine to which nothing has happened, with these changes. */
export function makeStatus(changes: Partial<StatusView> = {}): StatusView {
  return {
    ...{ version: '1.0.0', mode: 'standalone', node: '', started: 1000, uptime_seconds: 100 },
    ...{ readiness: { ready: true, reasons: [], notes: [] }, overloaded: false },
    ledger: {
      ...{ since: 1000, received: 0, refused: {}, accepted: 0, unrouted: 0, published: 0 },
      ...{ reached: 0, no_directive: 0, whitelisted: 0, failed: 0, lost: 0, deliveries: 0 },
      ...{ deliveries_in_flight: 0, consumed: 0, opened: 0, unmatched: 0, out_of_order: 0 },
      ...{ deliveries_failed: 0, alarm_lines: LINES, alarm_event_lines: LINES, imbalances: [] },
    },
    ...{ gauges: {}, counters: {}, limits: {}, elasticsearch: null },
    alarm_store: {
      ...{ kind: 'file', alarms: 0, bytes: 0, lag_seconds: 0, decided: 0, written: 0, lost: 0 },
      failure: null,
    },
    last_reload: {
      ...{ at: 1000, reason: 'start', by: '', took_ms: 1, ok: true, faults: [], warnings: 0 },
      directives: { added: [], changed: [], removed: [], renamed: [], unchanged: 0 },
      ...{ files: { added: [], changed: [], removed: [] }, backlogs_set_aside: 0 },
    },
    ...changes,
  };
}
