import type { NormalizedEvent } from '../../core/event/normalized-event.ts';

/** An event as the intake makes it, with these changes. */
export function makeNormalizedEvent(changes: Partial<NormalizedEvent> = {}): NormalizedEvent {
  return {
    ...{ eventId: 'event-1', timestamp: '2026-11-25T08:00:00Z', timeSeconds: 1_795_593_600 },
    ...{ title: 'Failed password', sensor: 'sensor-1' },
    ...{ srcIp: '10.0.0.1', dstIp: '192.168.0.1', srcAddress: 0x0a000001, dstAddress: 0xc0a80001 },
    ...{ pluginId: 1001, pluginSid: 5, product: '', category: '', subcategory: '' },
    ...{ protocol: 'TCP', srcPort: 0, dstPort: 22 },
    ...{ customLabel1: '', customData1: '', customLabel2: '', customData2: '' },
    ...{ customLabel3: '', customData3: '', connId: 7, receivedMs: 1_795_593_600_123.456 },
    carrier: undefined,
    ...changes,
  };
}

/** So many events, a second apart from `first` (Unix seconds) on, with ids `e1`, `e2`, … */
export function makeNormalizedEvents(count: number, first = 1_795_593_600): NormalizedEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const timeSeconds = first + index;
    const timestamp = new Date(timeSeconds * 1000).toISOString().replace('.000', '');
    return makeNormalizedEvent({ eventId: `e${String(index + 1)}`, timeSeconds, timestamp });
  });
}
