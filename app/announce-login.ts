import type Logger from 'bunyan';
import { CODE_LIFETIME_MS } from '../server/access/login-codes.ts';
import type { OpenedAccess } from './open-access.ts';

/** Where the engine listens. */
export interface ListenedAt {
  readonly scheme: 'http' | 'https';
  readonly address: string;
  readonly port: number;
}

/**
 * Logs where the web page is; while no admin's token is set, as a link that logs in once as an administrator: whoever reads
 * the log of a first start may do everything anyway. Later the log may go elsewhere, and `dsiem login` makes the link.
 */
export function announceLogin(
  { tokens, loginCodes }: Pick<OpenedAccess, 'tokens' | 'loginCodes'>,
  at: ListenedAt,
  log: Logger,
): void {
  const page = `${baseUrl(at)}/ui/`;
  if (tokens.set().some(({ role }) => role === 'admin')) {
    log.info({ url: page }, 'the web page is there, "dsiem login" makes a link that logs in');
    return;
  }
  const minutes = CODE_LIFETIME_MS / 60_000;
  const url = loginLink(page, loginCodes.issue(tokens.firstStart));
  log.info({ url, minutes }, 'log in at this address, it works once');
}

/** The link that logs in with a code, below the address of the page; browsers send nothing of what stands behind #. */
export function loginLink(page: string, code: string): string {
  return `${page}#/login?code=${code}`;
}

/** A URL for a browser on this machine. */
function baseUrl({ scheme, address, port }: ListenedAt): string {
  const host = OF_ALL.get(address) ?? (address.includes(':') ? `[${address}]` : address);
  return `${scheme}://${host}:${String(port)}`;
}

const OF_ALL: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '127.0.0.1'],
]);
