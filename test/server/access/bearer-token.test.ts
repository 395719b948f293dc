import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { describe, it } from 'node:test';
import {
  chooseSubprotocol,
  createToken,
  findToken,
  hasTokenInUrl,
} from '../../../server/access/bearer-token.ts';

describe('a bearer token', () => {
  it('is made of 32 random bytes and says whose it is', () => {
    assert.match(createToken(), /^dsiem_[A-Za-z0-9_-]{43}$/);
    assert.notEqual(createToken(), createToken());
  });

  const websocket = {
    upgrade: 'websocket',
    'sec-websocket-protocol': 'dsiem.v1, dsiem.bearer.abc',
  };
  const found: readonly (readonly [string, IncomingHttpHeaders, string | undefined])[] = [
    ['nothing', {}, undefined],
    ['a header', { authorization: 'Bearer abc' }, 'abc'],
    ['a scheme in small letters and blanks', { authorization: 'bearer   abc ' }, 'abc'],
    ['an empty token', { authorization: 'Bearer ' }, ''],
    ['another scheme', { authorization: 'Basic YTpi' }, undefined],
    ['a subprotocol of a WebSocket', websocket, 'abc'],
    ['the header before the subprotocol', { ...websocket, authorization: 'Bearer x' }, 'x'],
    [
      'a subprotocol without an upgrade',
      { 'sec-websocket-protocol': 'dsiem.bearer.abc' },
      undefined,
    ],
  ];
  for (const [name, headers, token] of found) {
    it(`is found in ${name}: ${String(token)}`, () => {
      assert.equal(findToken(headers), token);
    });
  }

  const urls: readonly (readonly [string, boolean])[] = [
    ['/api/alarms', false],
    ['/api/alarms?status=Open&address=10.0.0.1', false],
    ['/api/alarms?token=x', true],
    ['/api/alarms?Access_Token=x', true],
    ['/alarms/?x=dsiem_abc', true],
    ['/alarms/?x=%64siem_abc', true],
  ];
  for (const [url, isThere] of urls) {
    it(`is ${isThere ? 'seen' : 'not seen'} in ${url}`, () => {
      assert.equal(hasTokenInUrl(url), isThere);
    });
  }

  const offers: readonly (readonly [readonly string[], string | false])[] = [
    [['dsiem.bearer.abc', 'dsiem.v1'], 'dsiem.v1'],
    [['dsiem.bearer.abc'], 'dsiem.bearer.abc'],
    [[], false],
  ];
  for (const [offered, chosen] of offers) {
    it(`of ${offered.join(' and ') || 'nothing'} is answered with ${String(chosen)}`, () => {
      assert.equal(chooseSubprotocol(new Set(offered)), chosen);
    });
  }
});
