// The dashboard, the alert rules and the compose file under examples/ fit what this program shows and writes.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { namesOfExpression, namesOfScrape } from '../support/metric-names.ts';
import { promtool } from '../support/prometheus.ts';
import { skipWithout } from '../support/required-tool.ts';
import { startTelemetryBed } from '../support/telemetry-bed.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const RULES = join(ROOT, 'examples/prometheus/dsiem-alerts.yml');
const DASHBOARD = join(ROOT, 'examples/grafana/dsiem-dashboard.json');
const COMPOSE = join(ROOT, 'examples/compose/compose.yml');

const rulesSchema = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
});
const dashboardSchema = z.object({
  panels: z.array(
    z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).default([]) }),
  ),
});
const composeSchema = z.object({
  services: z.record(z.string(), z.object({ volumes: z.array(z.string()).default([]) })),
});
const vectorSchema = z.object({
  sources: z.record(z.string(), z.object({ include: z.array(z.string()).optional() })),
  transforms: z.record(z.string(), z.object({ inputs: z.array(z.string()) })),
  sinks: z.record(
    z.string(),
    z.object({
      inputs: z.array(z.string()),
      uri: z.string().optional(),
      id_key: z.string().optional(),
      bulk: z.object({ index: z.string() }).optional(),
    }),
  ),
});

/** The text of every metric that there can be. */
async function scrapeAll(): Promise<string> {
  const counts = { asked: 1, cached: 0, joined: 0, answered: 1, failed: 0, timedOut: 0 };
  const source = {
    name: 'wise',
    type: 'intel',
    ...counts,
    skipped: 0,
    open: 0,
    found: 1,
    retried: 0,
  };
  const { bed, telemetry, stop } = await startTelemetryBed({ lookUps: [source] });
  await bed.post({});
  await bed.settled();
  const text = await telemetry.scrape();
  await stop();
  return text;
}

function readExpressions(): { readonly where: string; readonly expr: string }[] {
  const { groups } = rulesSchema.parse(parse(readFileSync(RULES, 'utf8')));
  const { panels } = dashboardSchema.parse(JSON.parse(readFileSync(DASHBOARD, 'utf8')));
  return [
    ...groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => ({ where: alert, expr }))),
    ...panels.flatMap(({ title, targets }) =>
      targets.map(({ expr }) => ({
        where: title,
        expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*'),
      })),
    ),
  ];
}

describe('the examples for Prometheus and Grafana', () => {
  it('read metrics that there are', async () => {
    const names = namesOfScrape(await scrapeAll());
    const expressions = readExpressions();
    assert.ok(expressions.length > 40);
    const unknown = expressions.flatMap(({ where, expr }) =>
      namesOfExpression(expr).flatMap((name) => (names.has(name) ? [] : [`${where}: ${name}`])),
    );
    assert.deepEqual(unknown, []);
  });

  it('are PromQL, every expression', { skip: skipWithout('promtool') }, () => {
    const file = join(makeTemporaryFolder('rules'), 'rules.yml');
    const rules = readExpressions().map(({ expr }, index) => ({
      ...{ record: `expression:${String(index)}`, expr },
    }));
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'all', rules }] }));
    const { status, output } = promtool(['rules', file]);
    assert.equal(status, 0, output);
    assert.match(output, new RegExp(`SUCCESS: ${String(rules.length)} rules found`));
  });

  it('pass Prometheus’ own checks', { skip: skipWithout('promtool') }, () => {
    for (const [what, name] of [
      ['rules', 'dsiem-alerts.yml'],
      ['config', 'prometheus.yml'],
    ] as const) {
      const { status, output } = promtool([what, join(dirname(RULES), name)]);
      assert.equal(status, 0, output);
    }
  });
});

describe('docs/metrics.md', () => {
  it('has a row for every metric and for no other', async () => {
    const text = readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8');
    const rows = [...text.matchAll(/^\| `((?:dsiem|nodejs|process)_\w+)`/gm)].map(
      ([, name]) => name,
    );
    const declared = [...(await scrapeAll()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    assert.deepEqual([...rows].sort(), [...declared].sort());
  });
});

describe('the compose file', () => {
  it('mounts files that there are', () => {
    const { services } = composeSchema.parse(parse(readFileSync(COMPOSE, 'utf8')));
    const paths = Object.values(services)
      .flatMap(({ volumes }) => volumes)
      .map((volume) => volume.split(':')[0] ?? '')
      .filter((path) => path.startsWith('.'));
    assert.ok(paths.length >= 3);
    for (const path of paths) assert.ok(existsSync(join(dirname(COMPOSE), path)), path);
  });

  it('keeps Dsiem’s conventions in its shipper', () => {
    const text = readFileSync(join(dirname(COMPOSE), 'vector.yaml'), 'utf8');
    const { sources, transforms, sinks } = vectorSchema.parse(parse(text));
    const inputs = [...Object.values(transforms), ...Object.values(sinks)].flatMap(
      (part) => part.inputs,
    );
    const known = new Set([...Object.keys(sources), ...Object.keys(transforms)]);
    assert.deepEqual(
      inputs.filter((name) => !known.has(name)),
      [],
    );
    const files = Object.values(sources).flatMap(({ include = [] }) => include);
    assert.deepEqual(
      files.map((file) => file.replace(/^.*\//, '')),
      ['siem_alarms.json', 'siem_alarm_events.json'],
    );
    assert.equal(sinks['dsiem']?.uri, 'http://dsiem:8080/events');
    assert.deepEqual(
      Object.values(sinks).flatMap(({ bulk }) => bulk?.index ?? []),
      ['siem_events-%Y.%m.%d', 'siem_alarms', 'siem_alarm_events-%Y.%m.%d'],
    );
    assert.equal(sinks['alarms_index']?.id_key, 'alarm_id');
  });
});
