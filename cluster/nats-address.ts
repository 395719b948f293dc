/** Where NATS is, as --msq says: servers without credentials, and the credentials that stood in the URLs. */
export interface NatsAddress {
  /** `host:port` each. */
  readonly servers: readonly string[];
  /** Whether a URL says `tls://`. */
  readonly wantsTls: boolean;
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
}

const DEFAULT_PORT = '4222';
const SCHEME = /^(?:nats|tls):\/\//i;

/**
 * Reads `nats://user:password@host:4222,tls://other`: URLs or hosts with commas between them, credentials from the first
 * that has some (a name without a password is a token, as in every NATS client); undefined when one is no address.
 */
export function parseNatsAddress(text: string): NatsAddress | undefined {
  const entries = text.split(',').map((entry) => entry.trim());
  const urls: URL[] = [];
  for (const entry of entries.filter((candidate) => candidate !== '')) {
    const url = parseEntry(entry);
    if (url === undefined) return undefined;
    urls.push(url);
  }
  if (urls.length === 0) return undefined;
  return {
    servers: urls.map(({ hostname, port }) => `${hostname}:${port === '' ? DEFAULT_PORT : port}`),
    wantsTls: entries.some((entry) => /^tls:/i.test(entry)),
    ...credentialsOf(urls.find(({ username }) => username !== '')),
  };
}

function parseEntry(entry: string): URL | undefined {
  const text = `x-nats://${entry.replace(SCHEME, '')}`;
  if (/^[a-z]+:\/\//i.test(entry) && !SCHEME.test(entry)) return undefined;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!isEncoded(url.username) || !isEncoded(url.password)) return undefined;
  const isBare = (url.pathname === '' || url.pathname === '/') && url.search === '';
  return isBare && url.hostname !== '' ? url : undefined;
}

function credentialsOf(url: URL | undefined): Pick<NatsAddress, 'user' | 'password' | 'token'> {
  if (url === undefined) return {};
  const name = decodeURIComponent(url.username);
  if (url.password === '') return { token: name };
  return { user: name, password: decodeURIComponent(url.password) };
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
