import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { frontendRemedy, natsRemedy } from '../../cluster/remedies.ts';

const NATS: readonly (readonly [problem: string, remedy: RegExp])[] = [
  ['connection refused: connect ECONNREFUSED 127.0.0.1:4222', /^start nats-server/],
  ['timeout', /^start nats-server/],
  ['getaddrinfo ENOTFOUND dsiem-nats', /the name in --msq/],
  ["'Authorization Violation'", /--nats-user and --nats-password/],
  ["ENOENT: no such file or directory, open '/run/authentication.nk'", /the file is there/],
  ['self-signed certificate in certificate chain', /--nats-ca/],
];

const FRONTEND: readonly (readonly [problem: string, remedy: RegExp])[] = [
  ['GET /config/: connect ECONNREFUSED 127.0.0.1:8080', /^start the frontend/],
  ['GET /config/: getaddrinfo ENOTFOUND frontend', /the name in --frontend/],
  ['GET /config/: answered 401', /--frontend-token-file/],
  ['GET /config/: self-signed certificate', /--frontend-ca/],
  ['GET /config/: no file for node b1', /directives_b1_<name>\.json/],
  ['GET /config/assets_a.json: answered no JSON', /dsiem check/],
];

describe('what to do', () => {
  for (const [problem, remedy] of NATS) {
    it(`about NATS: ${problem}`, () => {
      assert.match(natsRemedy(problem), remedy);
    });
  }
  for (const [problem, remedy] of FRONTEND) {
    it(`about a frontend: ${problem}`, () => {
      assert.match(frontendRemedy(problem, 'b1'), remedy);
    });
  }
});
