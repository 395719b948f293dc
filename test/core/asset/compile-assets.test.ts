import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseAddress, type Address } from '../../../core/address/address.ts';
import type { AssetSource } from '../../../core/asset/assets.ts';
import { compileAssets } from '../../../core/asset/compile-assets.ts';
import * as book from '../../model/address-book.ts';
import { trials } from '../../support/trials.ts';

const SOURCES: readonly AssetSource[] = [
  { name: 'office', cidr: '10.0.0.0/8', value: 2 },
  { name: 'servers', cidr: '10.20.0.0/16', value: 4 },
  { name: 'servers again', cidr: '10.20.0.0/16', value: 1 },
  { name: 'db01', cidr: '10.20.0.5', value: 5 },
  { name: 'db01 alias', cidr: '10.20.0.5/32', value: 1 },
  { name: 'scanner', cidr: ' 10.99.0.1/32 ', value: 3, whitelisted: true },
  { name: 'lab', cidr: '10.50.0.0/16', value: 1, whitelisted: true },
  { name: 'partner scanner', cidr: '198.51.100.7', value: 4, whitelisted: true },
  { name: 'office v6', cidr: 'FD00:0::/8', value: 2 },
  { name: 'web v6', cidr: 'fd00::80/128', value: 5 },
];
const { assets } = compileAssets(SOURCES);

function read(text: string): Address {
  const address = parseAddress(text);
  assert.ok(address !== undefined, text);
  return address;
}

describe('assets', () => {
  const rows: readonly {
    readonly ip: string;
    readonly home: boolean;
    readonly whitelisted?: boolean;
    readonly value: number;
    readonly name?: string;
    readonly networks: readonly string[];
  }[] = [
    { ip: '203.0.113.1', home: false, value: 0, networks: [] },
    { ip: '10.1.1.1', home: true, value: 2, networks: ['10.0.0.0/8'] },
    { ip: '10.20.1.1', home: true, value: 4, networks: ['10.0.0.0/8', '10.20.0.0/16'] },
    {
      ip: '10.20.0.5',
      home: true,
      value: 5,
      name: 'db01',
      networks: ['10.0.0.0/8', '10.20.0.0/16'],
    },
    {
      ...{ ip: '10.99.0.1', home: true, whitelisted: true, value: 3, name: 'scanner' },
      networks: ['10.0.0.0/8'],
    },
    { ip: '10.50.1.1', home: true, whitelisted: true, value: 2, networks: ['10.0.0.0/8'] },
    {
      ...{ ip: '198.51.100.7', home: false, whitelisted: true, value: 4 },
      ...{ name: 'partner scanner', networks: [] },
    },
    { ip: 'fd12::1', home: true, value: 2, networks: ['fd00::/8'] },
    { ip: 'fd00::80', home: true, value: 5, name: 'web v6', networks: ['fd00::/8'] },
    { ip: '::ffff:10.1.1.1', home: false, value: 0, networks: [] },
  ];
  for (const { ip, home, whitelisted = false, value, name, networks } of rows) {
    it(`tells all about ${ip}`, () => {
      const address = read(ip);
      assert.equal(assets.isInHomeNet(address), home);
      assert.equal(assets.isWhitelisted(address), whitelisted);
      assert.equal(assets.value(address), value);
      assert.equal(assets.name(address), name);
      assert.deepEqual([...assets.networks(address)].sort(), networks);
    });
  }

  it('names the asset and the field of each CIDR that cannot be used, and goes on with the others', () => {
    const result = compileAssets([
      { name: 'a', cidr: '10.0.0.1/8', value: 1 },
      { name: 'b', cidr: '10.0.0.0/8', value: 2 },
      { name: 'c', cidr: 'somewhere', value: 1 },
    ]);
    assert.deepEqual(
      result.faults.map(({ index, field, got }) => [index, field, got]),
      [
        [0, 'cidr', '10.0.0.1/8'],
        [2, 'cidr', 'somewhere'],
      ],
    );
    assert.match(result.faults[0]?.problem ?? '', /10\.0\.0\.0\/8/);
    assert.equal(result.assets.value(read('10.1.1.1')), 2);
  });

  it('agrees with a plain walk over the list, for any list', () => {
    const cidr = fc.constantFrom(
      ...['0.0.0.0/0', '10.0.0.0/8', '10.0.0.0/9', '10.0.0.0/16', '10.0.0.1', '10.0.0.1/32'],
      ...['10.0.0.2', '10.128.0.0/9', '::/0', 'fd00::/8', 'fd00::/64', 'fd00::1', 'fd00::1/128'],
    );
    const source = fc.record({
      ...{ name: fc.constantFrom('a', 'b', 'c'), cidr, value: fc.integer({ min: 1, max: 5 }) },
      whitelisted: fc.constantFrom(true, false, undefined),
    });
    const ip = fc.constantFrom(
      '10.0.0.1',
      '10.0.0.2',
      '10.1.0.0',
      '10.200.0.0',
      'fd00::1',
      'fe80::1',
    );
    fc.assert(
      fc.property(fc.array(source, { maxLength: 12 }), ip, (sources, text) => {
        const compiled = compileAssets(sources).assets;
        const address = read(text);
        assert.equal(compiled.isInHomeNet(address), book.isInHomeNet(sources, text));
        assert.equal(compiled.isWhitelisted(address), book.isWhitelisted(sources, text));
        assert.equal(compiled.value(address), book.assetValue(sources, text));
        assert.equal(compiled.name(address), book.assetName(sources, text));
        const networks = new Set(book.networksOf(sources, text));
        assert.deepEqual([...compiled.networks(address)].sort(), [...networks].sort());
      }),
      { numRuns: trials(5_000) },
    );
  });
});
