// /metrics as Prometheus and its own checks see it.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import Koa from 'koa';
import { z } from 'zod';
import { debugVarsRoutes } from '../../server/routes/debug-vars.ts';
import { metricsRoutes } from '../../server/routes/metrics.ts';
import { compileRules, createRule } from '../support/correlation-bed.ts';
import { promtool, startPrometheus, type Prometheus } from '../support/prometheus.ts';
import { skipWithout } from '../support/required-tool.ts';
import { startTelemetryBed, type TelemetryBed } from '../support/telemetry-bed.ts';

const RULES = join(import.meta.dirname, '../../examples/prometheus/dsiem-alerts.yml');
const resultSchema = z.object({
  result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })),
});
const rulesSchema = z.object({
  groups: z.array(
    z.object({
      rules: z.array(z.object({ name: z.string(), health: z.string(), state: z.string() })),
    }),
  ),
});

const debugVarsSchema = z.strictObject({
  ...{ eps_counter: z.number(), alarm_counter: z.number(), backlog_counter: z.number() },
});

interface Shown extends TelemetryBed {
  readonly server: Server;
  /** `host:port`. */
  readonly address: string;
}

async function show(): Promise<Shown> {
  const shown = await startTelemetryBed();
  const { telemetry } = shown;
  const koa = new Koa();
  koa.use(metricsRoutes(() => telemetry.scrape()).routes());
  koa.use(debugVarsRoutes(() => telemetry.debugVars()).routes());
  const answer = koa.callback();
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no address');
  return { ...shown, server, address: `127.0.0.1:${String(bound.port)}` };
}

let shown: Shown;
before(async () => {
  shown = await show();
  await shown.bed.post({ at: 0 }, { at: 1, plugin_sid: 99 });
  await shown.bed.settled();
});
after(async () => {
  shown.server.close();
  await shown.stop();
});

describe('/metrics', () => {
  it('is Prometheus’ text format', async () => {
    const response = await fetch(`http://${shown.address}/metrics`);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    for (const line of [
      'dsiem_events_accepted_total 2',
      'dsiem_events_routed_total{outcome="no_directive"} 1',
      'dsiem_ledger_imbalance{equation="alarm_lines"} 0',
      'dsiem_lines_written_total{output="alarm_events"} 1',
      'dsiem_alarms_total{risk_class="medium"} 1',
      'dsiem_file_errors_total{file="siem_alarm_events.json"} 2',
      'dsiem_directive_matches_total{directive="1"} 1',
      'dsiem_stage_backlogs{directive="1",stage="2"} 1',
      'dsiem_event_duration_seconds_count 2',
      'dsiem_feed_clients 3',
    ]) {
      assert.ok(text.includes(`\n${line}\n`), line);
    }
  });

  it('shows what the ledger cannot account for', async () => {
    shown.bed.ledger.received += 3;
    const text = await (await fetch(`http://${shown.address}/metrics`)).text();
    shown.bed.ledger.received -= 3;
    assert.match(text, /^dsiem_ledger_imbalance\{equation="received"\} 3$/m);
  });

  it('has series of the 50 directives only that have cost most', async () => {
    const rules = [createRule(1), createRule(2)];
    const directives = Array.from({ length: 60 }, (_, index) =>
      compileRules(rules, { id: index + 1 }),
    );
    const { bed, statistics, telemetry, stop } = await startTelemetryBed({ directives });
    await bed.post({});
    await bed.settled();
    for (const [id, found] of statistics.directives.entries()) found.workMs = id;
    const text = await telemetry.scrape();
    await stop();
    const shownIds = [...text.matchAll(/^dsiem_directive_events_total\{directive="(\d+)"\}/gm)];
    assert.deepEqual(
      shownIds.map(([, id]) => Number(id)),
      Array.from({ length: 50 }, (_, index) => 60 - index),
    );
  });

  it('passes the checks of names and types', { skip: skipWithout('promtool') }, async () => {
    const { status, output } = promtool(['metrics'], await shown.telemetry.scrape());
    assert.deepEqual([status, output], [0, '']);
  });
});

describe('/debug/vars', () => {
  for (const path of ['/debug/vars', '/debug/vars/']) {
    it(`has the figures of the Go version under ${path}`, async () => {
      const response = await fetch(`http://${shown.address}${path}`);
      assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
      const vars = debugVarsSchema.parse(await response.json());
      assert.deepEqual([vars.alarm_counter, vars.backlog_counter], [1, 1]);
    });
  }
});

describe('a Prometheus that scrapes us', { skip: skipWithout('prometheus') }, () => {
  let prometheus: Prometheus;
  before(async () => {
    prometheus = await startPrometheus(shown.address, RULES);
  });
  after(async () => {
    await prometheus.stop();
  });

  it('has the figures', async () => {
    const accepted = await prometheus.wait('query?query=dsiem_events_accepted_total', (data) => {
      const parsed = resultSchema.safeParse(data);
      return parsed.success ? parsed.data.result[0]?.value[1] : undefined;
    });
    assert.equal(accepted, '2');
  });

  it('can evaluate every alert rule, and is quiet', async () => {
    const rules = await prometheus.wait('rules', (data) => {
      const parsed = rulesSchema.safeParse(data);
      const all = parsed.success ? parsed.data.groups.flatMap((group) => group.rules) : [];
      const isOver = all.length > 0 && all.every(({ health }) => health !== 'unknown');
      return isOver ? all : undefined;
    });
    assert.deepEqual(
      rules.filter(({ health, state }) => health !== 'ok' || state === 'firing'),
      [],
    );
  });

  it('rings when the ledger does not balance', async () => {
    shown.bed.ledger.accepted += 1;
    const name = await prometheus.wait('rules?type=alert', (data) => {
      const parsed = rulesSchema.safeParse(data);
      const all = parsed.success ? parsed.data.groups.flatMap((group) => group.rules) : [];
      return all.find(({ state }) => state === 'firing')?.name;
    });
    shown.bed.ledger.accepted -= 1;
    assert.equal(name, 'DsiemLedgerImbalance');
  });
});
