import { formatAddress, type PageAddress } from './address.ts';

/** The pages with what their address names (UI.md §1). */
export type Route =
  | { readonly page: 'alarms' }
  | { readonly page: 'alarm'; readonly id: string }
  | { readonly page: 'overview' }
  | { readonly page: 'directives' }
  | { readonly page: 'backlogs' }
  | { readonly page: 'directive'; readonly id: number }
  | { readonly page: 'configuration'; readonly file: string | null }
  | { readonly page: 'login' }
  | { readonly page: 'unknown' }
  /** Another address for a page: it is to be replaced by `to`. */
  | { readonly page: 'moved'; readonly to: string };

/** Which page an address leads to. */
export function toRoute({ path }: PageAddress): Route {
  const [first, second, third] = path;
  if (first === undefined) return { page: 'moved', to: formatAddress(['alarms']) };
  if (first === 'data' && second === 'alarm-detail' && third !== undefined && path.length === 3) {
    return { page: 'moved', to: formatAddress(['alarms', third]) };
  }
  if (path.length > 2) return { page: 'unknown' };
  if (second === undefined) return toList(first);
  if (first === 'alarms') return { page: 'alarm', id: second };
  if (first === 'configuration') return { page: 'configuration', file: second };
  if (first !== 'directives') return { page: 'unknown' };
  if (second === 'backlogs') return { page: 'backlogs' };
  return /^\d{1,15}$/.test(second)
    ? { page: 'directive', id: Number(second) }
    : { page: 'unknown' };
}

function toList(name: string): Route {
  switch (name) {
    case 'alarms':
    case 'overview':
    case 'directives':
    case 'login':
      return { page: name };
    case 'configuration':
      return { page: name, file: null };
    default:
      return { page: 'unknown' };
  }
}
