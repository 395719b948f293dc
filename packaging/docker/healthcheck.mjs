/* global process */
// The image's health check: exit code 0 while the process answers. Whether it can take events is /readyz, for load balancers:
// an engine that waits for a full disk must not be restarted, it would lose what waits.
import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';

const { DSIEM_MODE, DSIEM_PORT, DSIEM_TLS_CERT, DSIEM_TLS_CLIENT_CA } = process.env;
// A backend without a port listens nowhere; with a client authority only its own clients get an answer.
if ((DSIEM_MODE === 'cluster-backend' && !DSIEM_PORT) || DSIEM_TLS_CLIENT_CA) process.exit(0);
const get = DSIEM_TLS_CERT ? getHttps : getHttp;
const options = {
  host: '127.0.0.1',
  port: Number(DSIEM_PORT || 8080),
  path: '/healthz',
  timeout: 4000,
  rejectUnauthorized: false,
};
get(options, (answer) => {
  process.exit(answer.statusCode === 200 ? 0 : 1);
})
  .on('error', () => process.exit(1))
  .on('timeout', () => process.exit(1));
