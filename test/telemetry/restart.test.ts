// The whole program: what it shows and sends, and that its statistics outlive it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { directiveStatisticsListSchema } from '../../server/schemas/statistics.ts';
import { createDirectiveSource, createRule } from '../support/correlation-bed.ts';
import { startOtlpCollector } from '../support/otlp-collector.ts';
import { startProduct, type Product } from '../support/process.ts';
import { makeTemporaryFolder, removeFolder } from '../support/temporary-folder.ts';
import { waitUntil } from '../support/wait-until.ts';

const TRACE = '9'.repeat(32);
const TOKEN = 'a-token-of-a-reader';
const rules = [createRule(1), createRule(2, { occurrence: 3, from: ':1', timeout: 86_400 })];
const files = {
  'directives_test.json': { directives: [createDirectiveSource(rules)] },
  'assets_test.json': { assets: [{ name: 'all', cidr: '10.0.0.0/8', value: 5 }] },
};

function makeEvent(id: string): Readonly<Record<string, unknown>> {
  return {
    ...{ event_id: id, timestamp: new Date().toISOString(), title: 'an event', sensor: 's' },
    ...{ src_ip: '10.0.0.1', dst_ip: '10.0.0.2', plugin_id: 1, plugin_sid: 1 },
    carrier: { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` },
  };
}

async function get({ url }: Product, path: string): Promise<string> {
  const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${TOKEN}` } });
  assert.equal(answer.status, 200, path);
  return answer.text();
}

/** Sends one event and waits until it has settled. */
async function send(product: Product, id: string): Promise<void> {
  const body = JSON.stringify(makeEvent(id));
  const { status } = await fetch(`${product.url}/events`, { method: 'POST', body });
  assert.equal(status, 200);
  await waitUntil(async () =>
    (await get(product, '/metrics')).includes('\ndsiem_event_duration_seconds_count 1\n'),
  );
}

async function readMatches(product: Product): Promise<readonly (readonly number[])[]> {
  const body: unknown = JSON.parse(await get(product, '/api/statistics/directives'));
  const { directives } = directiveStatisticsListSchema.parse(body);
  return directives.map(({ id, matches, stages }) => [id, matches, stages.length]);
}

describe('a running program', () => {
  it('shows and sends its figures, and goes on counting after a restart', async () => {
    const collector = await startOtlpCollector();
    const logDir = makeTemporaryFolder('logs');
    const options = [
      ...['--otel-metrics-enabled', '--otel-tracing-enabled'],
      ...['--otel-endpoint', collector.endpoint, '--read-token', TOKEN],
    ];
    for (const [run, expected] of [
      [1, [[1, 1, 1]]],
      [2, [[1, 2, 1]]],
    ] as const) {
      const product = await startProduct({ files, logDir, options });
      try {
        await send(product, `e${String(run)}`);
        assert.deepEqual(await readMatches(product), expected);
        const vars: unknown = JSON.parse(await get(product, '/debug/vars/'));
        assert.ok(typeof vars === 'object' && vars !== null && 'backlog_counter' in vars);
        assert.equal((await product.stop()).code, 0);
      } finally {
        await product.dispose();
      }
    }
    assert.equal(collector.metrics.get('dsiem_events_accepted')?.points[0]?.asDouble, 1);
    const alarms = collector.spans.filter(({ name }) => name === 'alarm');
    assert.deepEqual(new Set(alarms.map(({ traceId }) => traceId)), new Set([TRACE]));
    collector.close();
    removeFolder(logDir);
  });
});
