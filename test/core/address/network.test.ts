import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { compileAddressSet } from '../../../core/address/address-set.ts';
import { parseAddress, type Address } from '../../../core/address/address.ts';
import {
  compileContains,
  formatNetwork,
  isHost,
  isNetworkFault,
  maskAddress,
  parseNetwork,
  type Network,
} from '../../../core/address/network.ts';
import { trials } from '../../support/trials.ts';

const numRuns = trials(10_000);

/** Addresses close to each other, so that blocks of every size contain some and miss some. */
const ipv4 = fc
  .tuple(fc.constantFrom(0, 0x0a000000, 0x0aff_ff00, 0xc0a80000, 0xffffff00), fc.nat(0x3ff))
  .map(([base, offset]) => ((base | offset) >>> 0) % 2 ** 32)
  .map((bits) => [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, bits & 255].join('.'));
const ipv6 = fc
  .tuple(
    fc.constantFrom('::', 'fd00:', 'fd00:0:ffff:'),
    fc.constantFrom('', '1', 'ffff:1', '8000'),
    fc.integer({ min: 0, max: 0xffff }),
  )
  .map(([head, middle, last]) => {
    const tail = last.toString(16);
    if (head === '::') return middle === '' ? `::${tail}` : `::${middle}:${tail}`;
    return middle === '' ? `${head}:${tail}` : `${head}:${middle}:${tail}`;
  });
const address = fc.oneof(ipv4, ipv6);
const cidr = fc
  .tuple(address, fc.nat(128))
  .map(([text, prefix]) => [text, text.includes(':') ? prefix : prefix % 33] as const);

function read(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed !== undefined, text);
  return parsed;
}

function networkOf(text: string): Network {
  const parsed = parseNetwork(text);
  assert.ok(!isNetworkFault(parsed), text);
  return parsed;
}

/** The block of `prefix` bits around an address. */
function blockAround([text, prefix]: readonly [string, number]): Network {
  const base = maskAddress(read(text), prefix);
  return { family: typeof base === 'number' ? 4 : 6, base, prefix };
}

/** Membership as another library sees it; addresses of the other family are never in a block. */
function contains([text, prefix]: readonly [string, number], candidate: string): boolean {
  const block = ipaddr.parse(text);
  const parsed = ipaddr.parse(candidate);
  return parsed.kind() === block.kind() && parsed.match([block, prefix]);
}

describe('networks', () => {
  const texts: readonly (readonly [text: string, canonicalOrProblem: string | RegExp])[] = [
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['10.0.0.1', '10.0.0.1/32'],
    ['10.0.0.1/32', '10.0.0.1/32'],
    ['FD00:0::/8', 'fd00::/8'],
    ['::/0', '::/0'],
    ['::1', '::1/128'],
    ['10.0.0.1/8', /host bits set, the network is 10\.0\.0\.0\/8/],
    ['10.20.30.40/31', '10.20.30.40/31'],
    ['10.20.30.41/31', /the network is 10\.20\.30\.40\/31/],
    ['fd00::1/64', /the network is fd00::\/64/],
    ['10.0.0.0/33', /prefix length from 0 to 32/],
    ['fd00::/129', /prefix length from 0 to 128/],
    ['10.0.0.0/', /prefix length/],
    ['10.0.0.0/-1', /prefix length/],
    ['10.0.0.0/8/8', /prefix length/],
    ['10.0.0.0/ 8', /prefix length/],
    ['10.0.0/8', /IP address or CIDR/],
    ['', /IP address or CIDR/],
    ['HOME_NET', /IP address or CIDR/],
  ];
  for (const [text, expected] of texts) {
    it(`reads '${text}' as ${String(expected)}`, () => {
      const parsed = parseNetwork(text);
      if (typeof expected === 'string') {
        assert.ok(!isNetworkFault(parsed));
        assert.equal(formatNetwork(parsed), expected);
      } else {
        assert.ok(isNetworkFault(parsed));
        assert.match(parsed.problem, expected);
      }
    });
  }

  it('knows a host by its full prefix', () => {
    assert.deepEqual(
      ['10.0.0.1', '10.0.0.0/31', '::1', 'fd00::/127'].map((text) => isHost(networkOf(text))),
      [true, false, true, false],
    );
  });

  it('contains the addresses that other software says it does', () => {
    fc.assert(
      fc.property(cidr, address, (block, candidate) => {
        const has = compileContains(blockAround(block));
        assert.equal(has(read(candidate)), contains(block, candidate));
        assert.equal(has(read(block[0])), true);
      }),
      { numRuns },
    );
  });

  it('finds host bits exactly where there are some', () => {
    fc.assert(
      fc.property(cidr, ([text, prefix]) => {
        const base = ipaddr.parse(text).kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
        const network = base.networkAddressFromCIDR(`${text}/${String(prefix)}`);
        const isBase = network.toNormalizedString() === ipaddr.parse(text).toNormalizedString();
        assert.equal(!isNetworkFault(parseNetwork(`${text}/${String(prefix)}`)), isBase);
      }),
      { numRuns },
    );
  });

  it('holds in a set of many blocks what any one of them contains', () => {
    fc.assert(
      fc.property(
        fc.array(cidr, { maxLength: 60 }),
        fc.array(address, { minLength: 1, maxLength: 20 }),
        (blocks, candidates) => {
          const has = compileAddressSet(blocks.map(blockAround));
          for (const candidate of [...candidates, ...blocks.map(([text]) => text)]) {
            const expected = blocks.some((block) => contains(block, candidate));
            assert.equal(has(read(candidate)), expected, candidate);
          }
        },
      ),
      { numRuns: trials(2_000) },
    );
  });

  it('joins neighbouring and overlapping blocks at their borders', () => {
    const has = compileAddressSet(
      ['10.0.0.0/25', '10.0.0.128/25', '10.0.0.64/26', '10.0.2.0/24', '255.255.255.255'].map(
        networkOf,
      ),
    );
    const inside = ['10.0.0.0', '10.0.0.127', '10.0.0.128', '10.0.0.255', '255.255.255.255'];
    const outside = [
      '9.255.255.255',
      '10.0.1.0',
      '10.0.1.255',
      '10.0.3.0',
      '255.255.255.254',
      '::',
    ];
    for (const text of inside) assert.equal(has(read(text)), true, text);
    for (const text of outside) assert.equal(has(read(text)), false, text);
  });
});
