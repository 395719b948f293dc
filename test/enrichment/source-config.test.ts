import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBuiltInPlugins } from '../../enrichment/built-in-plugins.ts';
import type { PluginConfig } from '../../enrichment/plugin.ts';
import { checkSource, pluginNames } from '../../enrichment/source-config.ts';

const plugins = createBuiltInPlugins({ LOOKUP_KEY: 'secret' });
const WISE = { url: 'http://wise:8081/ip/${ip}' };
const NESD = { url: 'http://nesd:8081/?ip=${ip}&port=${port}' };

interface Written {
  readonly plugin: string;
  readonly type: 'IP' | 'IP-Port';
  readonly config: PluginConfig;
}

function intel(plugin: string, config: PluginConfig): Written {
  return { plugin, type: 'IP', config };
}

function vuln(plugin: string, config: PluginConfig): Written {
  return { plugin, type: 'IP-Port', config };
}

function check({ plugin, type, config }: Written): ReturnType<typeof checkSource> {
  return checkSource({ name: 'test', plugin, config }, type, plugins);
}

describe('the names of plugins', () => {
  it('are those that fit each kind of file', () => {
    assert.deepEqual(pluginNames(plugins), {
      intel: ['Wise', 'IndicatorList', 'HttpJson', 'Mmdb'],
      vuln: ['Nesd', 'HttpJson'],
    });
  });
});

describe('the check of a source', () => {
  const good: readonly [string, Written][] = [
    ['a Wise source', intel('Wise', WISE)],
    ['a Wise source with further keys', intel('Wise', { url: 'http://w/${ip}', note: 'x' })],
    ['a Nesd source', vuln('Nesd', NESD)],
    ['a list', intel('IndicatorList', { file: 'list.txt' })],
    ['an address database', intel('Mmdb', { file: 'country.mmdb' })],
    [
      'an HTTP source with a header from the environment',
      intel('HttpJson', { url: 'https://x/${ip}', headers: { Key: '${LOOKUP_KEY}' } }),
    ],
    ['an HTTP source of vulnerabilities', vuln('HttpJson', NESD)],
  ];
  for (const [name, source] of good) {
    it(`has nothing against ${name}`, () => {
      assert.deepEqual(check(source), []);
    });
  }

  const bad: readonly [string, Written, string, RegExp][] = [
    ['an unknown plugin', intel('wise', WISE), 'plugin', /one of Wise, IndicatorList, /],
    ['a plugin of the other type', vuln('Wise', WISE), 'plugin', /one of Nesd, HttpJson$/],
    ['a missing url', intel('Wise', {}), 'config.url', /must be a URL/],
    ['a url that is none', intel('Wise', { url: 'wise/${ip}' }), 'config.url', /http or https/],
    ['a file url', intel('Wise', { url: 'file:///${ip}' }), 'config.url', /http or https/],
    ['a url without ${ip}', intel('Wise', { url: 'http://w/' }), 'config.url', /contain \$\{ip\}/],
    ['a Nesd url without ${port}', vuln('Nesd', WISE), 'config.url', /\$\{port\}/],
    [
      'a flag that is text',
      vuln('Nesd', { ...NESD, allow_low_severity: 'yes' }),
      'config.allow_low_severity',
      /true or false/,
    ],
    ['a list without a file', intel('IndicatorList', {}), 'config.file', /file name/],
    ['an unknown key', intel('IndicatorList', { file: 'x', flie: 'y' }), 'config', /unknown keys/],
    [
      'a pointer that is none',
      intel('HttpJson', { url: 'http://x/${ip}', pointer: 'data' }),
      'config.pointer',
      /JSON pointer/,
    ],
    [
      'a variable that is not set',
      intel('HttpJson', { url: 'http://x/${ip}', headers: { Key: '${LOOKUP_OTHER}' } }),
      'config.headers.Key',
      /LOOKUP_OTHER, which is not set/,
    ],
    [
      'a variable that is not meant for look-ups',
      intel('HttpJson', { url: 'http://x/${ip}', headers: { Key: '${DSIEM_ADMIN_TOKEN}' } }),
      'config.headers.Key',
      /begin with LOOKUP_/,
    ],
    [
      'a placeholder that is no pointer',
      intel('Mmdb', { file: 'x', results: ['${country}'] }),
      'config.results.0',
      /JSON pointers/,
    ],
  ];
  for (const [name, source, field, problem] of bad) {
    it(`names the field and the problem of ${name}`, () => {
      const faults = check(source);
      assert.ok(
        faults.some((fault) => fault.field === field && problem.test(fault.problem)),
        JSON.stringify(faults),
      );
    });
  }
});
