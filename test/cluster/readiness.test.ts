import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configurationReason, gateReason, natsReason } from '../../cluster/readiness.ts';
import { refusedPort } from '../support/answering-server.ts';
import { openTestLink } from '../support/cluster-bed.ts';
import { waitUntil } from '../support/wait-until.ts';

describe('a node of a cluster', () => {
  it('is not ready without NATS, and says since when and why', async () => {
    const { link } = openTestLink(`nats://127.0.0.1:${String(await refusedPort())}`);
    await waitUntil(() => link.problem !== undefined);
    const reason = natsReason(link, link.sinceMs + 12_300);
    assert.equal(reason?.code, 'nats');
    assert.match(reason.message, /^NATS is away since 12 s: .*refused/);
    await link.close();
  });

  it('is not ready while a frontend holds events for its backends', () => {
    assert.equal(gateReason({ isConnected: false })?.code, 'backends');
    assert.equal(gateReason({ isConnected: true }), undefined);
  });

  it('is not ready without a configuration, but keeps the one it has', () => {
    const state = { isDone: false, lastMs: 0, problem: 'GET /config/: answered 500' };
    const counts = { downloads: 0, failures: 1 };
    assert.deepEqual(configurationReason({ ...state, ...counts }), {
      code: 'configuration',
      message: 'the frontend has given no configuration yet: GET /config/: answered 500',
    });
    assert.equal(configurationReason({ ...state, ...counts, isDone: true }), undefined);
  });
});
