// The rows of the option table that decide who may do what over HTTP, and the TLS of it (SPEC §11).

import { isNetworkFault, parseNetwork } from '../core/address/network.ts';
import { checkedList, checkedText, TEXT, type OptionKind } from './option-kind.ts';
import type { OptionTable } from './option-row.ts';

type AccessOptionName =
  | `${'admin' | 'analyst' | 'read' | 'events'}Token${'' | 'File'}`
  | 'allowedHosts'
  | 'trustedProxy'
  | 'userHeader'
  | 'tlsCert'
  | 'tlsKey'
  | 'tlsClientCa';

/** What a header can carry, without blanks. */
const TOKEN: OptionKind<string> = checkedText('letters, digits and signs without blanks', (text) =>
  /^[\x21-\x7e]{1,4096}$/.test(text),
);

/** Tokens, proxies, names and TLS. */
export const ACCESS_OPTIONS: Pick<OptionTable, AccessOptionName> = {
  adminToken: {
    flag: 'admin-token',
    variable: 'DSIEM_ADMIN_TOKEN',
    group: 'Access',
    kind: TOKEN,
    default: '',
    defaultText: 'none',
    secret: true,
    description:
      'Token of who may change everything; rather give a file, a command line can be seen',
  },
  adminTokenFile: {
    flag: 'admin-token-file',
    variable: 'DSIEM_ADMIN_TOKEN_FILE',
    group: 'Access',
    kind: TEXT,
    default: '',
    defaultText: 'none',
    description: 'File that holds the token of who may change everything',
  },
  analystToken: {
    flag: 'analyst-token',
    variable: 'DSIEM_ANALYST_TOKEN',
    group: 'Access',
    kind: TOKEN,
    default: '',
    defaultText: 'none',
    secret: true,
    description: 'Token of who may work on alarms; rather give a file, a command line can be seen',
  },
  analystTokenFile: {
    flag: 'analyst-token-file',
    variable: 'DSIEM_ANALYST_TOKEN_FILE',
    group: 'Access',
    kind: TEXT,
    default: '',
    defaultText: 'none',
    description: 'File that holds the token of who may work on alarms',
  },
  readToken: {
    flag: 'read-token',
    variable: 'DSIEM_READ_TOKEN',
    group: 'Access',
    kind: TOKEN,
    default: '',
    defaultText: 'none',
    secret: true,
    description: 'Token of who may read; rather give a file, a command line can be seen',
  },
  readTokenFile: {
    flag: 'read-token-file',
    variable: 'DSIEM_READ_TOKEN_FILE',
    group: 'Access',
    kind: TEXT,
    default: '',
    defaultText: 'none',
    description: 'File that holds the token of who may read',
  },
  eventsToken: {
    flag: 'events-token',
    variable: 'DSIEM_EVENTS_TOKEN',
    group: 'Access',
    kind: TOKEN,
    default: '',
    defaultText: 'none',
    secret: true,
    description:
      'Token of who may send events; once one is set, all senders need it; rather give a file, a command line can be seen',
  },
  eventsTokenFile: {
    flag: 'events-token-file',
    variable: 'DSIEM_EVENTS_TOKEN_FILE',
    group: 'Access',
    kind: TEXT,
    default: '',
    defaultText: 'none',
    description:
      'File that holds the token of who may send events; once one is set, all senders need it',
  },
  allowedHosts: {
    flag: 'allowed-hosts',
    variable: 'DSIEM_ALLOWED_HOSTS',
    group: 'Access',
    kind: checkedList('host names or addresses, each with or without a port', isHostName),
    default: [],
    defaultText: 'own names and addresses only',
    description: 'Further names by which browsers and programs may ask this server',
  },
  trustedProxy: {
    flag: 'trusted-proxy',
    variable: 'DSIEM_TRUSTED_PROXY',
    group: 'Access',
    kind: checkedList('IP addresses or CIDRs', isNetwork),
    default: [],
    defaultText: 'none',
    description: 'Proxies whose X-Forwarded-For and user header are believed',
  },
  userHeader: {
    flag: 'user-header',
    variable: 'DSIEM_USER_HEADER',
    group: 'Access',
    kind: checkedText('the name of a header', isHeaderName),
    default: '',
    defaultText: 'none',
    description: 'Header in which a trusted proxy says who logged in, for the audit log',
  },
  tlsCert: {
    flag: 'tls-cert',
    variable: 'DSIEM_TLS_CERT',
    group: 'Access',
    kind: TEXT,
    default: '',
    defaultText: 'none',
    description: 'PEM file of the certificate and its chain; read again when renewed',
  },
  tlsKey: {
    flag: 'tls-key',
    variable: 'DSIEM_TLS_KEY',
    group: 'Access',
    kind: TEXT,
    default: '',
    defaultText: 'none',
    description: "PEM file of the certificate's key",
  },
  tlsClientCa: {
    flag: 'tls-client-ca',
    variable: 'DSIEM_TLS_CLIENT_CA',
    group: 'Access',
    kind: TEXT,
    default: '',
    defaultText: 'none',
    description: 'PEM file of authorities; clients then must show a certificate of one of them',
  },
};

function isNetwork(text: string): boolean {
  return !isNetworkFault(parseNetwork(text));
}

/** The name of an HTTP header. */
function isHeaderName(text: string): boolean {
  return /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(text);
}

/** A host name or address, IPv6 with or without brackets, with or without a port. */
function isHostName(text: string): boolean {
  return /^(?:[A-Za-z0-9_.-]+(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?|[0-9A-Fa-f:.]+)$/.test(
    text,
  );
}
