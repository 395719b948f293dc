import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { createBuiltInPlugins } from '../../enrichment/built-in-plugins.ts';
import { LOOK_UP_LIMITS } from '../../enrichment/look-up-limits.ts';
import { checkSource } from '../../enrichment/source-config.ts';
import { createSourceCounters } from '../../enrichment/source-counters.ts';

const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'plugins.md'), 'utf8');
const plugins = createBuiltInPlugins({ LOOKUP_EXAMPLE_KEY: 'secret' });
const configSchema = z.record(z.string(), z.unknown());

const sourceSchema = z.object({
  name: z.string(),
  type: z.enum(['IP', 'IP-Port']),
  plugin: z.string(),
  enabled: z.boolean(),
  config: z.string(),
});

describe('docs/plugins.md', () => {
  for (const plugin of plugins) {
    it(`has a section and a usable example of ${plugin.name}`, () => {
      const section = text.split(/^## /m).find((part) => part.startsWith(`${plugin.name}\n`)) ?? '';
      const example = /^```json [a-z-]+\n(.*?)^```/ms.exec(section)?.[1] ?? '';
      const [type = 'IP'] = plugin.types;
      const config = configSchema.parse(JSON.parse(example));
      assert.deepEqual(checkSource({ name: 'x', plugin: plugin.name, config }, type, plugins), []);
    });
  }

  it('has usable examples of both files', () => {
    const examples = [...text.matchAll(/^```json\n(.*?)^```/gms)].map(([, json = '']) => json);
    const files = examples.map((json) =>
      z.record(z.string(), z.array(sourceSchema)).parse(JSON.parse(json)),
    );
    assert.deepEqual(
      files.flatMap((file) => Object.keys(file)),
      ['intel_sources', 'vuln_sources'],
    );
    assert.deepEqual(
      files
        .flatMap((file) => Object.values(file).flat())
        .flatMap(({ name, type, plugin, config }) =>
          checkSource(
            { name, plugin, config: configSchema.parse(JSON.parse(config)) },
            type,
            plugins,
          ),
        ),
      [],
    );
  });

  it('states the limits that are in force', () => {
    const { timeLimitMs, tries, concurrent, waiting, cacheEntries, failuresToOpen, openMs } =
      LOOK_UP_LIMITS;
    const stated = [
      `| ${String(timeLimitMs / 1000)} s for one look-up`,
      `| ${String(tries)} at most`,
      `| ${String(concurrent)} look-ups; up to ${waiting.toLocaleString('en')} more wait`,
      `up to ${cacheEntries.toLocaleString('en')} addresses`,
      `failures of ${String(failuresToOpen)} different addresses in a row it is left alone for ${String(openMs / 1000)} s`,
    ];
    assert.deepEqual(
      stated.filter((statement) => !text.includes(statement)),
      [],
    );
  });

  it('names every counter of a source', () => {
    const counters = Object.entries(createSourceCounters('x', 'IP'))
      .filter(([, value]) => value === 0)
      .map(([name]) => name);
    const listed = /Each source has counters: (.*?)\./s.exec(text)?.[1]?.split(/,\s+/);
    assert.deepEqual(listed, counters);
  });
});
