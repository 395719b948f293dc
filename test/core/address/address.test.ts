import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import {
  canonicalText,
  formatAddress,
  parseAddress,
  socketAddress,
} from '../../../core/address/address.ts';
import { trials } from '../../support/trials.ts';

const numRuns = trials(20_000);

/** Groups of an IPv6 address, zeros often so that runs of them compete for the gap. */
const groups = fc.array(
  fc.oneof(fc.constant(0), fc.constant(0xffff), fc.integer({ min: 0, max: 0xffff })),
  { minLength: 8, maxLength: 8 },
);

/** Our text of an address that another library parsed: Rust's and RFC 5952's, IPv4-mapped dotted. */
function expectedText(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  if (address instanceof ipaddr.IPv4) return address.toString();
  if (address.isIPv4MappedAddress()) return `::ffff:${address.toIPv4Address().toString()}`;
  return address.toRFC5952String();
}

function canonicalOf(text: string): string | undefined {
  const address = parseAddress(text);
  return address === undefined ? undefined : formatAddress(address);
}

describe('addresses', () => {
  const texts: readonly (readonly [text: string, canonical: string | undefined])[] = [
    ['10.0.0.1', '10.0.0.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:0db8::0001', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4'],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.1'],
    ['::ffff:a00:1', '::ffff:10.0.0.1'],
    ['::10.0.0.1', '::a00:1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
    ['', undefined],
    ['10.0.0', undefined],
    ['10.0.0.256', undefined],
    ['10.0.0.01', undefined],
    ['10.0.0.1 ', undefined],
    ['10.0.0.1.', undefined],
    ['010.0.0.1', undefined],
    ['0x0a.0.0.1', undefined],
    ['1:2:3:4:5:6:7', undefined],
    ['1:2:3:4:5:6:7:8:9', undefined],
    ['1::2:3:4:5:6:7:8', undefined],
    ['1::2::3', undefined],
    [':::', undefined],
    [':1', undefined],
    ['1:', undefined],
    ['12345::', undefined],
    ['00001::', undefined],
    ['g::', undefined],
    ['1.2.3.4::', undefined],
    ['::1.2.3.4:5', undefined],
    ['::1.2.3', undefined],
    ['fe80::1%eth0', undefined],
    ['[::1]', undefined],
  ];
  for (const [text, canonical] of texts) {
    it(`reads '${text}' as ${canonical ?? 'no address'}`, () => {
      assert.equal(canonicalOf(text), canonical);
    });
  }

  it('reads and writes every IPv4 address as other software does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (bits) => {
        const text = [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, bits & 255].join('.');
        assert.equal(parseAddress(text), bits);
        assert.equal(formatAddress(bits), text);
      }),
      { numRuns },
    );
  });

  it('writes every spelling of an IPv6 address as its one canonical text', () => {
    fc.assert(
      fc.property(groups, fc.boolean(), fc.boolean(), (parts, padded, upper) => {
        const long = parts.map((part) => part.toString(16).padStart(padded ? 4 : 1, '0')).join(':');
        const parsed = new ipaddr.IPv6(parts);
        const text = expectedText(parsed);
        assert.equal(canonicalOf(upper ? long.toUpperCase() : long), text);
        assert.equal(canonicalOf(text), text);
        assert.equal(canonicalOf(parsed.toString()), text);
      }),
      { numRuns },
    );
  });

  it('takes exactly the texts that are addresses', () => {
    const piece = fc.constantFrom(
      '0',
      '1',
      '255',
      '256',
      'ffff',
      'A',
      ':',
      '::',
      '.',
      '01',
      '1.2.',
    );
    const text = fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (candidate) => {
        assert.equal(parseAddress(candidate) !== undefined, isIP(candidate) !== 0);
      }),
      { numRuns },
    );
  });

  it('keeps families apart: an IPv4-mapped address is an IPv6 address', () => {
    assert.equal(typeof parseAddress('::ffff:10.0.0.1'), 'object');
    assert.equal(typeof parseAddress('10.0.0.1'), 'number');
  });

  it('gives the canonical text and the text with a port', () => {
    assert.equal(canonicalText('10.0.0.1', 0x0a000001), '10.0.0.1');
    const address = parseAddress('FD00:0::1');
    assert.ok(address !== undefined);
    assert.equal(canonicalText('FD00:0::1', address), 'fd00::1');
    assert.equal(socketAddress('10.0.0.1', 80), '10.0.0.1:80');
    assert.equal(socketAddress('::1', 80), '[::1]:80');
  });
});
