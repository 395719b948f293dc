import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  formatOptionFault,
  readOptions,
  type Environment,
  type Flags,
} from '../../config/read-options.ts';

describe('options of access', () => {
  const cases: readonly (readonly [Flags, Environment, readonly string[]])[] = [
    [{ 'tls-cert': 'c', 'tls-key': 'k', 'tls-client-ca': 'a' }, {}, []],
    [{ 'tls-cert': 'c' }, {}, ['--tls-cert: needs --tls-key too']],
    [{}, { DSIEM_TLS_KEY: 'k' }, ['DSIEM_TLS_KEY: needs --tls-cert too']],
    [{ 'user-header': 'X-User' }, {}, ['--user-header: needs --trusted-proxy too']],
    [
      { 'read-token': 'x' },
      { DSIEM_READ_TOKEN_FILE: 'f' },
      ['--read-token: must not be given together with DSIEM_READ_TOKEN_FILE'],
    ],
    [{ 'trusted-proxy': '10.0.0.1, fd00::/8', 'user-header': 'x' }, {}, []],
    [
      { 'trusted-proxy': '10.0.0.1/8' },
      {},
      [
        '--trusted-proxy: must be IP addresses or CIDRs with commas between several, got "10.0.0.1/8"',
      ],
    ],
    [{ 'allowed-hosts': 'siem.example:8443,[::1]:80,::1' }, {}, []],
    [
      { 'allowed-hosts': 'https://siem.example' },
      {},
      [
        '--allowed-hosts: must be host names or addresses, each with or without a port with commas between several, got "https://siem.example"',
      ],
    ],
    // a secret is shown nowhere, not even one that cannot be used
    [
      { 'admin-token': 'two words' },
      {},
      ['--admin-token: must be letters, digits and signs without blanks'],
    ],
  ];
  for (const [flags, environment, faults] of cases) {
    it(`${JSON.stringify({ ...flags, ...environment })} has ${String(faults.length)} faults`, () => {
      assert.deepEqual(readOptions(flags, environment).faults.map(formatOptionFault), faults);
    });
  }
});
