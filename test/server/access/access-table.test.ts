import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { z } from 'zod';
import { readOptions } from '../../../config/read-options.ts';
import { createLiveFeed } from '../../../server/feed/live-feed.ts';
import { createMemoryAlarmStore } from '../../../state/memory-alarm-store.ts';
import { sendRequests, sendRequestsFrom } from '../../support/access-requests.ts';
import {
  API_ROUTES,
  describeCase,
  expectedOutcome,
  listCases,
  OTHER_ROUTES,
  REFUSAL_CODES,
  toRequest,
  type Place,
} from '../../support/access-table.ts';
import { makeTestTokens, type TestTokens } from '../../support/access-tokens.ts';
import { startAdminBed } from '../../support/admin-bed.ts';
import { createAlarmBench } from '../../support/alarm-bench.ts';
import { createCapturedLog } from '../../support/captured-log.ts';
import { createChangeSource } from '../../support/feed-bed.ts';
import { makeNetworkNamespace, skipWithoutNamespace } from '../../support/network-namespace.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const skipElsewhere = skipWithoutNamespace();
const Operations = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
const clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

describe('access to the whole server', () => {
  const { log } = createCapturedLog();
  const endings: (() => void | Promise<void>)[] = [];
  after(async () => {
    for (const end of endings) await end();
  });

  async function startServer(tokens: TestTokens): Promise<number> {
    const { options } = readOptions({}, {});
    const store = createMemoryAlarmStore();
    const engine = createChangeSource();
    const { port } = await startAdminBed({
      ipAddress: '0.0.0.0',
      server: {
        access: { options: { ...options, writableConfig: true }, tokens: tokens.opened.tokens },
        alarms: {
          routes: createAlarmBench({ store }).routes,
          feed: createLiveFeed({ engine, store, epoch: 'e', clock, log }),
        },
        limits: { wrongTokens: Number.POSITIVE_INFINITY },
      },
    });
    return port;
  }

  async function startWith(areTokensSet: boolean): Promise<TestTokens & { readonly port: number }> {
    const logDir = makeTemporaryFolder('access');
    const tokens = await makeTestTokens(logDir, areTokensSet, log);
    endings.push(() => tokens.opened.close(100));
    return { ...tokens, port: await startServer(tokens) };
  }

  async function runTable(place: Place, areTokensSet: boolean): Promise<void> {
    const { texts, port } = await startWith(areTokensSet);
    const elsewhere = place === 'elsewhere' ? makeNetworkNamespace() : undefined;
    if (elsewhere === undefined)
      assert.equal(place, 'loopback', 'no network namespace can be made');
    else endings.push(elsewhere.dispose);
    const host = elsewhere?.hostAddress ?? '127.0.0.1';
    const cases = listCases([...OTHER_ROUTES, ...API_ROUTES], place, areTokensSet);
    const requests = cases.map((given) => toRequest(given, `${host}:${String(port)}`, texts));
    const list = { host, port, requests };
    const outcomes =
      elsewhere === undefined ? await sendRequests(list) : await sendRequestsFrom(elsewhere, list);
    const wrong = cases.flatMap((given, index) => {
      const { status, code } = outcomes[index] ?? { status: 0, code: '' };
      const got = REFUSAL_CODES.has(code) ? code : 'allowed';
      const expected = expectedOutcome(given);
      const isRight = got === expected && status > 0 && status < 500;
      return isRight ? [] : [`${describeCase(given)}: ${got} (${String(status)}), not ${expected}`];
    });
    assert.deepEqual(wrong, []);
    assert.equal(outcomes.length, cases.length);
  }

  it('is decided in the table of the tests for every route of /api, and for no other', async () => {
    const { texts, port } = await startWith(true);
    const answer = await fetch(`http://127.0.0.1:${String(port)}/api/openapi.json`, {
      headers: { authorization: `Bearer ${texts.admin}` },
    });
    const { paths } = Operations.parse(await answer.json());
    const served = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations)
        .filter((key) => key !== 'parameters')
        .map((method) => `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, '1')}`),
    );
    const decided = API_ROUTES.map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(served.sort(), decided.sort());
  });

  for (const areTokensSet of [false, true]) {
    const tokens = areTokensSet ? 'a token of every role' : 'no token but that of the first start';
    it(`is as the table says from this machine with ${tokens}`, async () => {
      await runTable('loopback', areTokensSet);
    });

    it(
      `is as the table says from another machine with ${tokens}`,
      { skip: skipElsewhere },
      async () => {
        await runTable('elsewhere', areTokensSet);
      },
    );
  }
});
