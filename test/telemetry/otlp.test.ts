// Telemetry as a real collector gets it over gRPC.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  startOtlpCollector,
  type OtlpCollector,
  type ReceivedSpan,
} from '../support/otlp-collector.ts';
import { startTelemetryBed } from '../support/telemetry-bed.ts';

let collector: OtlpCollector;
before(async () => {
  collector = await startOtlpCollector();
});
after(() => {
  collector.close();
});

const TRACE = 'f'.repeat(31) + '1';
const SPAN = '00f067aa0ba902b7';
const SAMPLED = { traceparent: `00-${TRACE}-${SPAN}-01` };

function spansOf(traceId: string): readonly ReceivedSpan[] {
  return collector.spans.filter((span) => span.traceId === traceId);
}

describe('metrics over OTLP', () => {
  it('have the reference’s gauges and the registry, and tell who sends them', async () => {
    const { bed, stop } = await startTelemetryBed({
      options: { otelMetricsEnabled: true, otelEndpoint: collector.endpoint },
    });
    await bed.post({ at: 0 }, { at: 1, plugin_sid: 99 });
    await bed.settled();
    await stop();
    const names = [
      ...['eps', 'queue_length', 'avg_proc_time_ms', 'directives_ttl', 'directives_active'],
      ...['events_rcvd', 'events_matched', 'backlogs', 'backlogs_timedout'],
    ];
    for (const name of names) assert.equal(collector.metrics.get(`dsiem_${name}`)?.kind, 'gauge');
    const valueOf = (name: string): unknown => collector.metrics.get(name)?.points[0]?.asDouble;
    assert.deepEqual([valueOf('dsiem_backlogs'), valueOf('dsiem_directives_ttl')], [1, 1]);
    assert.equal(collector.metrics.get('dsiem_events_accepted')?.kind, 'sum');
    assert.equal(valueOf('dsiem_events_accepted'), 2);
    const duration = collector.metrics.get('dsiem_event_duration_seconds');
    assert.deepEqual([duration?.kind, duration?.points[0]?.count], ['histogram', '2']);
    const { 'service.name': service, 'service.instance.id': instance } = collector.resource();
    assert.deepEqual([service, instance], ['dsiem', 'a-node']);
  });
});

describe('traces over OTLP', () => {
  it('lead from the sender’s context to the alarm, without a span for an event', async () => {
    const { bed, stop } = await startTelemetryBed({
      options: { otelTracingEnabled: true, otelEndpoint: collector.endpoint },
    });
    await bed.post(
      { at: 0, carrier: SAMPLED },
      { at: 1, plugin_sid: 99 },
      { at: 1, plugin_sid: 99 },
    );
    await bed.settled();
    await stop();
    const spans = spansOf(TRACE);
    assert.deepEqual(spans.map(({ name }) => name).sort(), ['alarm', 'correlate', 'receive']);
    assert.deepEqual(new Set(spans.map(({ parentSpanId }) => parentSpanId)), new Set([SPAN]));
    const alarm = spans.find(({ name }) => name === 'alarm');
    assert.equal(alarm?.attributes['dsiem.alarm.id'], bed.alarms()[0]?.alarm_id);
    assert.equal(alarm?.attributes['dsiem.alarm.risk'], '3');
    const batch = spans.find(({ name }) => name === 'correlate');
    assert.deepEqual(
      [batch?.attributes['dsiem.directive.id'], batch?.attributes['dsiem.matched']],
      ['1', '1'],
    );
  });

  it('go on to the line of a time-out, which no event brings', async () => {
    const traceId = 'e'.repeat(32);
    const { bed, stop } = await startTelemetryBed({
      options: { otelTracingEnabled: true, otelEndpoint: collector.endpoint },
    });
    await bed.post({ at: 0, carrier: { traceparent: `00-${traceId}-${SPAN}-01` } });
    await bed.settled();
    bed.tick(1_000);
    await bed.settled();
    await stop();
    assert.equal(spansOf(traceId).filter(({ name }) => name === 'alarm').length, 2);
  });

  it('have links to the traces of all events of a batch', async () => {
    const others = ['a'.repeat(32), 'b'.repeat(32)];
    const traceId = 'd'.repeat(32);
    const { bed, stop } = await startTelemetryBed({
      options: { otelTracingEnabled: true, otelEndpoint: collector.endpoint },
    });
    await bed.post(
      ...[traceId, ...others].map((id) => ({
        carrier: { traceparent: `00-${id}-${SPAN}-01` },
      })),
    );
    await bed.settled();
    await stop();
    const batch = spansOf(traceId).find(({ name }) => name === 'correlate');
    assert.deepEqual(
      batch?.links.map((link) => link.traceId),
      others,
    );
  });

  it('are of no event whose sender says no, and of a share of the others', async () => {
    const known = collector.spans.length;
    const refused = { traceparent: `00-${'c'.repeat(32)}-${SPAN}-00` };
    const { bed, stop } = await startTelemetryBed({
      options: { otelTracingEnabled: true, otelEndpoint: collector.endpoint },
    });
    await bed.post({ carrier: refused });
    await bed.post({ carrier: { traceparent: 'garbage' } });
    await bed.post({});
    await bed.settled();
    await stop();
    assert.equal(collector.spans.length, known);
  });

  it('of the ratio begin at the request, whose context its events carry on', async () => {
    const known = collector.spans.length;
    const { bed, stop } = await startTelemetryBed({
      options: { otelTracingEnabled: true, otelTraceRatio: 1, otelEndpoint: collector.endpoint },
    });
    await bed.post({ at: 0 });
    await bed.settled();
    await stop();
    const spans = collector.spans.slice(known);
    const root = spans.find(({ name }) => name === 'receive');
    assert.deepEqual(spans.map(({ name }) => name).sort(), ['alarm', 'correlate', 'receive']);
    assert.deepEqual(
      spans.filter((span) => span !== root).map(({ parentSpanId }) => parentSpanId),
      [root?.spanId, root?.spanId],
    );
    assert.equal(root?.attributes['dsiem.outcome'], 'admitted');
  });
});

describe('a collector that is away', () => {
  it('holds no stop up, and is no error', async () => {
    const { bed, log, stop } = await startTelemetryBed({
      options: {
        ...{ otelMetricsEnabled: true, otelTracingEnabled: true, otelTraceRatio: 1 },
        otelEndpoint: 'http://127.0.0.1:9',
      },
    });
    await bed.post({});
    await bed.settled();
    const begun = performance.now();
    await stop(200);
    assert.ok(performance.now() - begun < 1_500);
    assert.deepEqual(
      log.lines.filter(({ level }) => level > 40),
      [],
    );
  });
});
