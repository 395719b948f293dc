import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, it } from 'node:test';
import { createClientReader } from '../../../server/access/client-address.ts';

const PROXY = '10.0.0.5';
const read = createClientReader({
  trustedProxy: [PROXY, '192.168.0.0/16', 'fd00::/8'],
  userHeader: 'X-Remote-User',
});

function requestFrom(
  peer: string,
  headers: Readonly<Record<string, string>> = {},
): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: peer });
  return Object.assign(new IncomingMessage(socket), { headers });
}

describe('the other end of a request', () => {
  const cases: readonly {
    name: string;
    peer: string;
    headers?: Readonly<Record<string, string>>;
    address: string;
    isLocal: boolean;
    person?: string;
  }[] = [
    { name: 'this machine', peer: '127.0.0.1', address: '127.0.0.1', isLocal: true },
    { name: 'this machine by IPv6', peer: '::1', address: '::1', isLocal: true },
    {
      name: 'this machine on a socket of both families',
      peer: '::ffff:127.8.8.8',
      address: '127.8.8.8',
      isLocal: true,
    },
    {
      name: 'a proxy on this machine that nobody trusts',
      peer: '127.0.0.1',
      headers: { 'x-forwarded-for': '127.0.0.1' },
      address: '127.0.0.1',
      isLocal: false,
    },
    {
      name: 'a proxy on this machine that says Forwarded',
      peer: '::1',
      headers: { forwarded: 'for=1.2.3.4' },
      address: '::1',
      isLocal: false,
    },
    { name: 'another machine', peer: '10.1.1.1', address: '10.1.1.1', isLocal: false },
    {
      name: 'another machine that claims things',
      peer: '10.1.1.1',
      headers: { 'x-forwarded-for': '127.0.0.1', 'x-remote-user': 'root' },
      address: '10.1.1.1',
      isLocal: false,
    },
    {
      name: 'somebody who logged in at the trusted proxy',
      peer: `::ffff:${PROXY}`,
      headers: { 'x-forwarded-for': '203.0.113.9', 'x-remote-user': 'Anna Ek' },
      address: '203.0.113.9',
      isLocal: false,
      person: 'Anna Ek',
    },
    {
      name: 'what the client itself wrote before the proxy',
      peer: PROXY,
      headers: { 'x-forwarded-for': '127.0.0.1, 203.0.113.9, 192.168.1.1' },
      address: '203.0.113.9',
      isLocal: false,
    },
    {
      name: 'entries with ports',
      peer: PROXY,
      headers: { 'x-forwarded-for': '[2001:db8::1]:443, 192.168.1.1:80' },
      address: '2001:db8::1',
      isLocal: false,
    },
    {
      name: 'an entry that is no address',
      peer: PROXY,
      headers: { 'x-forwarded-for': '203.0.113.9, unknown' },
      address: PROXY,
      isLocal: false,
    },
    {
      name: 'a trusted proxy that adds nothing',
      peer: PROXY,
      headers: { 'x-remote-user': 'line\nbreak' },
      address: PROXY,
      isLocal: false,
    },
  ];
  for (const { name, peer, headers, address, isLocal, person } of cases) {
    it(`is read for ${name}`, () => {
      const client = read(requestFrom(peer, headers));
      assert.deepEqual([client.address, client.isLocal, client.person], [address, isLocal, person]);
    });
  }

  it('counts the addresses of one IPv6 network as one', () => {
    const keyOf = (peer: string): string => read(requestFrom(peer)).limitKey;
    assert.equal(keyOf('2001:db8::1'), keyOf('2001:db8::ffff:1'));
    assert.notEqual(keyOf('2001:db8::1'), keyOf('2001:db8:0:1::1'));
    assert.notEqual(keyOf('10.0.0.1'), keyOf('10.0.0.2'));
  });
});
