import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { checkConfiguration, checkConfigurationFile } from '../../config/check-configuration.ts';
import { formatFault } from '../../config/configuration-fault.ts';
import type { ConfigurationResult, ConfigurationText } from '../../config/configuration.ts';
import { createDirectiveText, createRuleText } from '../support/directive-text.ts';
import { checkBuiltInSource } from '../support/source-check.ts';

const ASSET = { name: 'a', cidr: '10.0.0.0/8', value: 2 };
const WISE_URL = 'http://wise/${ip}';
const NESD_URL = 'http://nesd/?ip=${ip}&port=${port}';
const INTEL = {
  name: 'w',
  type: 'IP',
  plugin: 'Wise',
  enabled: true,
  config: JSON.stringify({ url: WISE_URL }),
};
const VULN = {
  name: 'n',
  type: 'IP-Port',
  plugin: 'Nesd',
  enabled: true,
  config: JSON.stringify({ url: NESD_URL }),
};

function file(name: string, content: unknown): ConfigurationText {
  return { name, text: typeof content === 'string' ? content : JSON.stringify(content, null, 1) };
}

function directives(...list: readonly unknown[]): ConfigurationText {
  return file('directives_a.json', { directives: list });
}

const assets = file('assets_a.json', { assets: [ASSET] });

function check(...texts: readonly ConfigurationText[]): ConfigurationResult {
  return checkConfiguration(texts, {
    folder: 'folder',
    checkSource: checkBuiltInSource,
  });
}

/** The faults as text, without their places. */
function faultsOf(...texts: readonly ConfigurationText[]): string[] {
  return check(...texts).faults.map((fault) => formatFault(fault).replace(/ \(line .*\)$/, ''));
}

describe('a valid configuration', () => {
  it('holds the directives in the order of the files, with their places', () => {
    const { configuration, faults, warnings } = check(
      file('directives_b.json', { directives: [createDirectiveText({ id: 3 })] }),
      directives(createDirectiveText({ id: 2 }), createDirectiveText({ id: 1 })),
      assets,
    );
    assert.deepEqual([faults, warnings], [[], []]);
    assert.deepEqual(
      configuration?.directives.map(({ directive, file: name, index }) => [
        directive.id,
        name,
        index,
      ]),
      [
        [2, 'directives_a.json', 0],
        [1, 'directives_a.json', 1],
        [3, 'directives_b.json', 0],
      ],
    );
  });

  it('holds assets, sources and a description of each file', () => {
    const { configuration } = check(
      directives(createDirectiveText()),
      { ...assets, modifiedAt: 5 },
      file('intel_a.json', { intel_sources: [INTEL, { ...INTEL, enabled: false }] }),
      file('vuln_a.json', { vuln_sources: [VULN] }),
      file('dsiem_config.json', {}),
    );
    assert.ok(configuration);
    assert.equal(configuration.assets.value(0x0a000001), 2);
    assert.deepEqual(configuration.intelSources, [
      { name: 'w', plugin: 'Wise', config: { url: WISE_URL }, file: 'intel_a.json' },
    ]);
    assert.equal(configuration.vulnSources.length, 1);
    assert.deepEqual(
      configuration.files.map(({ name, kind }) => [name, kind]),
      [
        ['assets_a.json', 'assets'],
        ['directives_a.json', 'directives'],
        ['intel_a.json', 'intel'],
        ['vuln_a.json', 'vuln'],
      ],
    );
    const [described] = configuration.files;
    assert.equal(described?.size, assets.text.length);
    assert.equal(described.modifiedAt, 5);
    assert.match(described.sha256, /^[0-9a-f]{64}$/);
  });
});

describe('faults of a configuration', () => {
  const valid = createDirectiveText();
  for (const [expected, texts] of [
    ['folder: there is no directive, a directives_*.json file must hold at least one', [assets]],
    [
      'folder: all directives are disabled, at least one must be enabled',
      [assets, directives(createDirectiveText({ disabled: true }))],
    ],
    [
      'folder: there is no asset, an assets_*.json file must hold at least one',
      [directives(valid)],
    ],
    [
      'directives_a.json: is not valid JSON: a closing brace } is missing',
      [assets, file('directives_a.json', '{"directives": []')],
    ],
    [
      'directives_a.json: must hold an object with a list named directives',
      [assets, file('directives_a.json', [valid])],
    ],
    [
      'directives_b.json: directive 1, id: must be unique, entry 1 (a directive) of directives_a.json has it too, got 1',
      [assets, directives(valid), file('directives_b.json', { directives: [valid] })],
    ],
    [
      'directives_a.json: entry 1 (a directive), id: is missing, it must be a whole number, 1 or more',
      [assets, directives(createDirectiveText({ id: undefined }))],
    ],
    ['directives_a.json: entry 1: must be an object, got 5', [assets, directives(5)]],
    [
      'directives_a.json: directive 1, stage 2, plugin_sid[1]: must be a whole number, 1 or more, got "x"',
      [
        assets,
        directives(
          createDirectiveText({
            rules: [createRuleText(1), createRuleText(2, { plugin_sid: [1, 'x'] })],
          }),
        ),
      ],
    ],
    [
      'directives_a.json: directive 1, stage 2, from: must name an earlier stage, got ":4"',
      [
        assets,
        directives(
          createDirectiveText({ rules: [createRuleText(1), createRuleText(2, { from: ':4' })] }),
        ),
      ],
    ],
    [
      'directives_a.json: directive 1, priority: must be a whole number, 1 to 5, got 6',
      [assets, directives(valid, createDirectiveText({ disabled: true, priority: 6 }))],
    ],
    [
      'assets_a.json: asset 2 (b), cidr: has host bits set, the network is 10.0.0.0/8, got "10.0.0.1/8"',
      [
        directives(valid),
        file('assets_a.json', { assets: [ASSET, { name: 'b', cidr: '10.0.0.1/8', value: 1 }] }),
      ],
    ],
    [
      'intel_a.json: intel source 1 (w), plugin: must be one of Wise, IndicatorList, HttpJson, Mmdb, got "Other"',
      [
        assets,
        directives(valid),
        file('intel_a.json', { intel_sources: [{ ...INTEL, plugin: 'Other' }] }),
      ],
    ],
    [
      'intel_a.json: intel source 1 (w), config: must be a JSON object written as a string, got "[]"',
      [
        assets,
        directives(valid),
        file('intel_a.json', { intel_sources: [{ ...INTEL, config: '[]' }] }),
      ],
    ],
    [
      'vuln_a.json: vuln source 1 (n), type: must be "IP-Port", got "IP"',
      [assets, directives(valid), file('vuln_a.json', { vuln_sources: [{ ...VULN, type: 'IP' }] })],
    ],
  ] as const) {
    it(`say ${expected}`, () => {
      assert.deepEqual(faultsOf(...texts), [expected]);
    });
  }

  it('name line and column of the value in its file', () => {
    const text = '{"directives": [\n {"id": 7,\n  "name": ""}]}';
    const { faults } = check(assets, file('directives_a.json', text));
    const fault = faults.find(({ field }) => field === 'name');
    assert.equal(
      fault && formatFault(fault),
      'directives_a.json: directive 7, name: must not be empty, got "" (line 3, column 11)',
    );
  });

  it('of shape do not hide those of meaning, nor do those of one file hide those of another', () => {
    const rules = [
      createRuleText(1, { occurrence: 2, reliability: 11 }),
      createRuleText(2, { from: 'host', plugin_id: '5' }),
      { ...createRuleText(3, { port_to: '80,,443' }), type: 'Other' },
    ];
    const found = faultsOf(
      file('assets_a.json', { assets: [{ ...ASSET, value: 9, cidr: '10.0.0.1/8' }] }),
      directives(createDirectiveText({ priority: 0, name: undefined, rules })),
      file('directives_b.json', '{'),
    );
    const fields = found.map((text) => text.split(': ', 2).join(': '));
    assert.deepEqual(fields.sort(), [
      'assets_a.json: asset 1 (a), cidr',
      'assets_a.json: asset 1 (a), value',
      'directives_a.json: directive 1, name',
      'directives_a.json: directive 1, priority',
      'directives_a.json: directive 1, stage 1, occurrence',
      'directives_a.json: directive 1, stage 1, reliability',
      'directives_a.json: directive 1, stage 2, from',
      'directives_a.json: directive 1, stage 2, plugin_id',
      'directives_a.json: directive 1, stage 3, port_to',
      'directives_a.json: directive 1, stage 3, type',
      'directives_b.json: is not valid JSON',
    ]);
  });

  it('of meaning are not looked for in a disabled directive', () => {
    const rules = [createRuleText(1), createRuleText(2, { from: 'host' })];
    const { configuration, warnings } = check(
      assets,
      directives(createDirectiveText(), createDirectiveText({ disabled: true, rules })),
    );
    assert.equal(configuration?.directives.length, 1);
    assert.deepEqual(
      warnings.map(({ directiveId, problem }) => [directiveId, problem]),
      [[1, 'is disabled and was skipped']],
    );
  });
});

describe('warnings of a configuration', () => {
  it('come with their place', () => {
    const rules = [createRuleText(1), createRuleText(2, { timeout: 0 })];
    const { configuration, warnings } = check(assets, directives(createDirectiveText({ rules })));
    assert.ok(configuration);
    const [warning] = warnings;
    assert.equal(warning?.stage, 2);
    assert.equal(warning.field, 'timeout');
    assert.ok(warning.line !== undefined && warning.line > 1);
  });
});

describe('one file on its own', () => {
  for (const [name, content, isValid] of [
    ['assets_x.json', { assets: [ASSET] }, true],
    ['assets_x.json', { assets: [] }, false],
    ['assets_x.json', { assets: [{ ...ASSET, cidr: '10.0.0.0/33' }] }, false],
    ['directives_x.json', { directives: [createDirectiveText()] }, true],
    ['directives_x.json', { directives: [createDirectiveText({ disabled: true })] }, true],
    ['directives_x.json', { directives: [] }, false],
    ['directives_x.json', { directives: [createDirectiveText({ rules: [] })] }, false],
    ['intel_x.json', { intel_sources: [] }, true],
    ['intel_x.json', { intel_sources: [{ ...INTEL, enabled: false }] }, true],
    ['vuln_x.json', { vuln_sources: [{ ...VULN, plugin: 'X' }] }, false],
    ['other_x.json', { assets: [ASSET] }, false],
  ] as const) {
    it(`${isValid ? 'accepts' : 'refuses'} ${name} with ${JSON.stringify(content)}`, () => {
      const { configuration, faults } = checkConfigurationFile(
        file(name, content),
        checkBuiltInSource,
      );
      assert.equal(configuration !== undefined, isValid);
      assert.equal(faults.length === 0, isValid);
    });
  }
});

describe('any text in a configuration file', () => {
  const kinds = fc.constantFrom('directives', 'assets', 'intel', 'vuln');
  const keys = {
    directives: 'directives',
    assets: 'assets',
    intel: 'intel_sources',
    vuln: 'vuln_sources',
  };

  it('is refused or taken, and never throws', () => {
    fc.assert(
      fc.property(
        kinds,
        fc.array(fc.jsonValue(), { maxLength: 3 }),
        fc.nat(400),
        (kind, list, cut) => {
          const text = JSON.stringify({ [keys[kind]]: list });
          check(
            file(`${kind}_a.json`, text),
            file(`${kind}_b.json`, text.slice(0, cut)),
          ).faults.map(formatFault);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('may replace any value of a directive without a throw', () => {
    const values = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(':1', ':99', '!', ',', '::/0', '!HOME_NET', '1.2.3.4/33', '-1', '__proto__'),
      fc.integer(),
    );
    const ruleFields = ['type', 'stage', 'from', 'to', 'port_from', 'protocol', 'custom_data1'];
    const changes = fc.dictionary(
      fc.constantFrom(...ruleFields, 'sticky_different', 'plugin_sid', 'product', 'category'),
      values,
    );
    fc.assert(
      fc.property(changes, changes, (first, second) => {
        const rules = [createRuleText(1, first), createRuleText(2, second)];
        const { configuration, faults } = check(assets, directives(createDirectiveText({ rules })));
        assert.equal(configuration === undefined, faults.length > 0);
      }),
      { numRuns: 300 },
    );
  });
});
