import { readFile } from 'node:fs/promises';
import {
  credsAuthenticator,
  nkeyAuthenticator,
  type Authenticator,
  type ConnectionOptions,
  type TlsOptions,
} from '@nats-io/transport-node';
import type { NatsAddress } from './nats-address.ts';

/** How a node proves who it is; files are read anew at each attempt, so that renewed ones count. Empty texts are none. */
export interface NatsCredentials {
  readonly token?: string;
  readonly tokenFile?: string;
  readonly user?: string;
  readonly password?: string;
  readonly passwordFile?: string;
  /** File of an nkey's seed. */
  readonly nkeyFile?: string;
  /** File of a JWT and its seed, as nsc writes it. */
  readonly credsFile?: string;
  /** PEM files. */
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** What a connection shows the server, and how it makes sure of the server; rejects when a file cannot be read. Options win over --msq. */
export async function identify(
  address: NatsAddress,
  credentials: NatsCredentials,
): Promise<Pick<ConnectionOptions, 'authenticator' | 'token' | 'user' | 'pass' | 'tls'>> {
  const tls = tlsOf(credentials);
  const authenticator = await authenticatorOf(credentials);
  const token = pick(await readSecret(credentials.tokenFile), credentials.token, address.token);
  const user = pick(credentials.user, address.user);
  const password = await readSecret(credentials.passwordFile);
  const pass = pick(password, credentials.password, address.password);
  return {
    ...(authenticator !== undefined && { authenticator }),
    ...(token !== undefined && { token }),
    ...(user !== undefined && { user }),
    ...(pass !== undefined && { pass }),
    ...((tls !== undefined || address.wantsTls) && { tls: tls ?? {} }),
  };
}

async function authenticatorOf(credentials: NatsCredentials): Promise<Authenticator | undefined> {
  const { nkeyFile, credsFile } = credentials;
  if (isGiven(credsFile)) return credsAuthenticator(await readFile(credsFile));
  if (!isGiven(nkeyFile)) return undefined;
  const seed = (await readFile(nkeyFile, 'utf8')).trim();
  return nkeyAuthenticator(new TextEncoder().encode(seed));
}

function tlsOf({ caFile, certFile, keyFile }: NatsCredentials): TlsOptions | undefined {
  if (!isGiven(caFile) && !isGiven(certFile)) return undefined;
  return {
    ...(isGiven(caFile) && { caFile }),
    ...(isGiven(certFile) && { certFile }),
    ...(isGiven(keyFile) && { keyFile }),
  };
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

function pick(...texts: readonly (string | undefined)[]): string | undefined {
  return texts.find(isGiven);
}

async function readSecret(path: string | undefined): Promise<string | undefined> {
  return isGiven(path) ? (await readFile(path, 'utf8')).trim() : undefined;
}
