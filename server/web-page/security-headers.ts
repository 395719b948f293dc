// What browsers are told of every answer: what a page may load and do, and who may use the answer.
import helmet from 'koa-helmet';
import type { Middleware } from 'koa';

/** All that the page is not to use; none of it is asked for. */
const PERMISSIONS = [
  ...['accelerometer', 'browsing-topics', 'camera', 'display-capture', 'geolocation', 'gyroscope'],
  ...['hid', 'magnetometer', 'microphone', 'midi', 'payment', 'publickey-credentials-get'],
  ...['screen-wake-lock', 'serial', 'usb', 'xr-spatial-tracking'],
]
  .map((feature) => `${feature}=()`)
  .join(', ');

const NONE = ["'none'"];
const SELF = ["'self'"];

/** Scripts, styles, fonts and connections (the WebSocket too) from this server only, nothing inline, in nobody's frame. */
const PAGE_POLICY = {
  'default-src': NONE,
  'script-src': SELF,
  'style-src': SELF,
  'font-src': SELF,
  // small images that the build puts into styles
  'img-src': [...SELF, 'data:'],
  'connect-src': SELF,
  'form-action': SELF,
  'frame-ancestors': NONE,
  'base-uri': NONE,
};
/** An answer that is no page loads nothing, should a browser take it for one. */
const DATA_POLICY = { 'default-src': NONE, 'frame-ancestors': NONE, 'base-uri': NONE };

/** Sets the headers before anything answers, so that refusals bear them too. */
export function securityHeaders(): Middleware {
  const page = createHelmet(PAGE_POLICY);
  const data = createHelmet(DATA_POLICY);
  return async (ctx, next) => {
    ctx.set('permissions-policy', PERMISSIONS);
    const isPage = ctx.path === '/ui' || ctx.path.startsWith('/ui/');
    await (isPage ? page : data)(ctx, next);
  };
}

function createHelmet(directives: Readonly<Record<string, readonly string[]>>): Middleware {
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { ...directives } },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
    // It would bind other programs of this host, on other ports, to HTTPS; a proxy can set it.
    strictTransportSecurity: false,
  });
}
