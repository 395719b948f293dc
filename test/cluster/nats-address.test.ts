import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseNatsAddress, type NatsAddress } from '../../cluster/nats-address.ts';

const READ: readonly (readonly [string, NatsAddress])[] = [
  ['nats://dsiem-nats:4222', { servers: ['dsiem-nats:4222'], wantsTls: false }],
  ['dsiem-nats', { servers: ['dsiem-nats:4222'], wantsTls: false }],
  ['127.0.0.1:80', { servers: ['127.0.0.1:80'], wantsTls: false }],
  ['nats://[::1]:5222/', { servers: ['[::1]:5222'], wantsTls: false }],
  ['nats://a:1, b , tls://c:3', { servers: ['a:1', 'b:4222', 'c:3'], wantsTls: true }],
  [
    'nats://me:p%40ss@a,nats://b',
    { servers: ['a:4222', 'b:4222'], wantsTls: false, user: 'me', password: 'p@ss' },
  ],
  ['nats://s3cret@a', { servers: ['a:4222'], wantsTls: false, token: 's3cret' }],
];

describe('the address of NATS', () => {
  for (const [text, expected] of READ) {
    it(`reads ${text}`, () => {
      assert.deepEqual(parseNatsAddress(text), expected);
    });
  }

  for (const text of [
    '',
    ',',
    'http://a:4222',
    'nats://a:99999',
    'nats://a/b',
    'nats://%zz@a',
    'a b',
  ]) {
    it(`refuses "${text}"`, () => {
      assert.equal(parseNatsAddress(text), undefined);
    });
  }
});
