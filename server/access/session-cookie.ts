// The cookie that carries a session's secret: no script can read it, and no other site's page can have it sent.
import type { IncomingMessage } from 'node:http';
import { parseCookie, stringifySetCookie } from 'cookie';

/** The session's secret that the request brings; undefined without one. */
export function readSessionCookie(request: IncomingMessage, isSecure: boolean): string | undefined {
  const { cookie } = request.headers;
  return cookie === undefined ? undefined : parseCookie(cookie)[cookieName(request, isSecure)];
}

/** The `Set-Cookie` that gives the browser a session, for `seconds`; 0 takes it away. */
export function writeSessionCookie(
  request: IncomingMessage,
  isSecure: boolean,
  { secret, seconds }: { readonly secret: string; readonly seconds: number },
): string {
  return stringifySetCookie({
    ...{ name: cookieName(request, isSecure), value: secret, maxAge: seconds },
    ...{ path: '/', httpOnly: true, sameSite: 'strict', secure: isSecure },
  });
}

/**
 * A browser keeps cookies by host, not by port: with the port in the name several engines of a machine do not end each
 * other's sessions. Over HTTPS the prefix makes it refuse a cookie of that name from anybody but this host over HTTPS.
 */
function cookieName({ socket }: IncomingMessage, isSecure: boolean): string {
  return `${isSecure ? '__Host-' : ''}dsiem-session-${String(socket.localPort ?? 0)}`;
}
