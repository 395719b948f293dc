import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAddress } from '../../core/address/address.ts';
import { isGloballyReachable } from '../../enrichment/globally-reachable.ts';

const REACHABLE = [
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.0.0.9',
  '192.0.0.10',
  '192.0.1.0',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '203.0.112.255',
  '239.255.255.255',
  '2001:4860:4860::8888',
  '2001:db7:ffff::1',
  '2001:db9::1',
  'fbff::1',
  'fec0::1',
  'ff0e::1',
  '::ffff:8.8.8.8',
];
const NOT_REACHABLE = [
  '0.0.0.0',
  '0.255.255.255',
  '10.0.0.0',
  '10.255.255.255',
  '100.64.0.0',
  '100.127.255.255',
  '127.0.0.1',
  '169.254.0.1',
  '172.16.0.0',
  '172.31.255.255',
  '192.0.0.0',
  '192.0.0.8',
  '192.0.0.11',
  '192.0.0.255',
  '192.0.2.1',
  '192.168.0.0',
  '192.168.255.255',
  '198.18.0.0',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.10',
  '240.0.0.0',
  '255.255.255.254',
  '255.255.255.255',
  '::',
  '::1',
  'fe80::1',
  'febf::1',
  'fc00::1',
  'fdff::1',
  '2001:db8::1',
  '2001:db8:ffff::1',
  'ff01::1',
  'ff02::1',
  'ff05::1',
  'ff08::1',
  '::ffff:10.0.0.1',
];

function reachable(text: string): boolean {
  const address = parseAddress(text);
  assert.ok(address !== undefined, `${text} is an address`);
  return isGloballyReachable(address);
}

describe('isGloballyReachable', () => {
  for (const text of REACHABLE) {
    it(`takes ${text} for an address of the world`, () => {
      assert.equal(reachable(text), true);
    });
  }
  for (const text of NOT_REACHABLE) {
    it(`takes ${text} for an address that only means something here`, () => {
      assert.equal(reachable(text), false);
    });
  }
});
