// The rows of the option table for frontends and backends with NATS between them (SPEC §11).
import { checkedText, choice, TEXT, type OptionKind } from './option-kind.ts';
import type { OptionRow } from './option-row.ts';
import type { ClusterOptions } from './options.ts';

type ClusterTable = { readonly [Name in keyof ClusterOptions]: OptionRow<ClusterOptions[Name]> };

const NODE: OptionKind<string> = checkedText(
  'up to 64 letters, digits, - and _, the first and the last a letter or digit',
  (text) => /^[a-zA-Z0-9](?:[a-zA-Z0-9_-]{0,62}[a-zA-Z0-9])?$/.test(text),
);
const ADDRESS: OptionKind<string> = checkedText(
  'nats:// or tls:// URLs with commas between several',
  (text) =>
    text.split(',').every((entry) => /^(?:(?:nats|tls):\/\/)?[^\s/]+\/?$/.test(entry.trim())),
);
const HTTP_URL: OptionKind<string> = checkedText(
  'a URL that begins with http:// or https://',
  (text) => /^https?:\/\//i.test(text) && URL.canParse(text),
);
/** An install document of dsiem-rs writes nats:// before the frontend's host and port. */
const URL_KIND: OptionKind<string> = {
  ...HTTP_URL,
  read: (text) => HTTP_URL.read(text.replace(/^nats:\/\//i, 'http://')),
};
const TOKEN: OptionKind<string> = checkedText('letters, digits and signs without blanks', (text) =>
  /^[\x21-\x7e]{1,4096}$/.test(text),
);

const NONE = { default: '', defaultText: 'none' };
const RATHER_A_FILE = 'rather give a file, a command line can be seen';

const NATS_OPTIONS = {
  natsToken: {
    ...{ flag: 'nats-token', variable: 'DSIEM_NATS_TOKEN', group: 'Cluster', kind: TOKEN, ...NONE },
    secret: true,
    description: `Token for NATS; ${RATHER_A_FILE}`,
  },
  natsTokenFile: {
    ...{ flag: 'nats-token-file', variable: 'DSIEM_NATS_TOKEN_FILE', group: 'Cluster' },
    ...{ kind: TEXT, ...NONE },
    description: 'File that holds the token for NATS',
  },
  natsUser: {
    ...{ flag: 'nats-user', variable: 'DSIEM_NATS_USER', group: 'Cluster', kind: TEXT, ...NONE },
    description: 'User for NATS',
  },
  natsPassword: {
    ...{ flag: 'nats-password', variable: 'DSIEM_NATS_PASSWORD', group: 'Cluster' },
    ...{ kind: TEXT, ...NONE, secret: true },
    description: `Password of the user for NATS; ${RATHER_A_FILE}`,
  },
  natsPasswordFile: {
    ...{ flag: 'nats-password-file', variable: 'DSIEM_NATS_PASSWORD_FILE', group: 'Cluster' },
    ...{ kind: TEXT, ...NONE },
    description: 'File that holds the password of the user for NATS',
  },
  natsNkeyFile: {
    ...{ flag: 'nats-nkey-file', variable: 'DSIEM_NATS_NKEY_FILE', group: 'Cluster' },
    ...{ kind: TEXT, ...NONE },
    description: 'File that holds the seed of the nkey for NATS',
  },
  natsCredsFile: {
    ...{ flag: 'nats-creds-file', variable: 'DSIEM_NATS_CREDS_FILE', group: 'Cluster' },
    ...{ kind: TEXT, ...NONE },
    description: 'Credentials file for NATS, as nsc writes it',
  },
  natsCa: {
    ...{ flag: 'nats-ca', variable: 'DSIEM_NATS_CA', group: 'Cluster', kind: TEXT, ...NONE },
    description: 'PEM file of the authorities of NATS; given, the connection is with TLS',
  },
  natsCert: {
    ...{ flag: 'nats-cert', variable: 'DSIEM_NATS_CERT', group: 'Cluster', kind: TEXT, ...NONE },
    description: 'PEM file of the certificate that is shown to NATS',
  },
  natsKey: {
    ...{ flag: 'nats-key', variable: 'DSIEM_NATS_KEY', group: 'Cluster', kind: TEXT, ...NONE },
    description: "PEM file of that certificate's key",
  },
} as const satisfies Partial<ClusterTable>;

const FRONTEND_OPTIONS = {
  frontend: {
    ...{ flag: 'frontend', short: 'f', variable: 'DSIEM_FRONTEND', group: 'Cluster' },
    ...{ kind: URL_KIND, default: 'http://frontend:8080' },
    description: 'Of a backend: the frontend that it gets its configuration from',
  },
  frontendToken: {
    ...{ flag: 'frontend-token', variable: 'DSIEM_FRONTEND_TOKEN', group: 'Cluster' },
    ...{ kind: TOKEN, ...NONE, secret: true },
    description: `Token that lets a backend read the frontend's configuration; ${RATHER_A_FILE}`,
  },
  frontendTokenFile: {
    ...{ flag: 'frontend-token-file', variable: 'DSIEM_FRONTEND_TOKEN_FILE', group: 'Cluster' },
    ...{ kind: TEXT, ...NONE },
    description: "File that holds the token for the frontend's configuration",
  },
  frontendCa: {
    ...{
      flag: 'frontend-ca',
      variable: 'DSIEM_FRONTEND_CA',
      group: 'Cluster',
      kind: TEXT,
      ...NONE,
    },
    description: "PEM file of the authorities of the frontend's certificate",
  },
  frontendCert: {
    ...{ flag: 'frontend-cert', variable: 'DSIEM_FRONTEND_CERT', group: 'Cluster' },
    ...{ kind: TEXT, ...NONE },
    description: 'PEM file of the certificate that a backend shows the frontend',
  },
  frontendKey: {
    ...{ flag: 'frontend-key', variable: 'DSIEM_FRONTEND_KEY', group: 'Cluster' },
    ...{ kind: TEXT, ...NONE },
    description: "PEM file of that certificate's key",
  },
} as const satisfies Partial<ClusterTable>;

/** Names, NATS, and the frontend of a backend. */
export const CLUSTER_OPTIONS: ClusterTable = {
  node: {
    ...{ flag: 'node', short: 'n', variable: 'DSIEM_NODE', group: 'Cluster' },
    ...{ kind: NODE, default: '', defaultText: 'none; needed in a cluster' },
    description: 'Name of this node: a backend gets the files directives_<node>_*',
  },
  msq: {
    ...{ flag: 'msq', variable: 'DSIEM_MSQ', group: 'Cluster', kind: ADDRESS, secret: true },
    default: 'nats://dsiem-nats:4222',
    description: 'Where NATS is; a user and a password may stand in the URL',
  },
  clusterSharing: {
    ...{ flag: 'cluster-sharing', variable: 'DSIEM_CLUSTER_SHARING', group: 'Cluster' },
    ...{ kind: choice(['auto', 'on', 'off']), default: 'auto' },
    description:
      'Of a frontend: whether several events share a message, which other programs do not read; auto: while every directive file is held by a backend of this program',
  },
  ...NATS_OPTIONS,
  ...FRONTEND_OPTIONS,
};
