import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { after, describe, it } from 'node:test';
import type { SourceCounters } from '../../enrichment/source-counters.ts';
import type { LookUpLimits } from '../../enrichment/look-up-limits.ts';
import {
  refusedPort,
  startAnsweringServer,
  type AnsweringServer,
} from '../support/answering-server.ts';
import {
  createEnrichmentBed,
  lookUpIps,
  sourceOf,
  type EnrichmentBed,
} from '../support/enrichment-bed.ts';
import { waitUntil } from '../support/wait-until.ts';

const HIT = '[{field: "list", len: 8, value: "known bad"}]';
const endings: (() => Promise<void> | void)[] = [];

after(async () => {
  for (const end of endings) await end();
});

interface Scene {
  readonly server: AnsweringServer;
  readonly bed: EnrichmentBed;
  readonly counters: () => SourceCounters;
}

/** A source that asks a server which answers as `handle` does. */
async function stage(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  limits: Partial<LookUpLimits> = {},
  cacheMinutes = 10,
): Promise<Scene> {
  const server = await startAnsweringServer(handle);
  const bed = createEnrichmentBed({
    intel: [sourceOf('Wise', { url: `${server.origin}/\${ip}` })],
    limits,
    cacheMinutes,
  });
  endings.push(
    () => {
      bed.enrichment.close();
    },
    () => server.close(),
  );
  return { server, bed, counters: () => countersOf(bed) };
}

function countersOf(bed: EnrichmentBed): SourceCounters {
  const [counters] = bed.enrichment.counters();
  assert.ok(counters);
  return counters;
}

function assertBalanced(counters: SourceCounters): void {
  const { asked, cached, joined, answered, failed, timedOut, skipped, open } = counters;
  assert.equal(asked, cached + joined + answered + failed + timedOut + skipped + open);
}

function failureMessages({ lines }: EnrichmentBed): string[] {
  return lines.flatMap(({ err, msg }) =>
    msg === 'look-up source failed' && typeof err === 'object' && err !== null && 'message' in err
      ? [String(err.message)]
      : [],
  );
}

describe('a source that does not answer as it should', () => {
  const failures: readonly {
    readonly name: string;
    readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
    readonly limits?: Partial<LookUpLimits>;
    readonly message: RegExp;
    readonly as: 'failed' | 'timedOut';
  }[] = [
    {
      name: 'a server error',
      handle: (_, response) => response.writeHead(500).end('internal error'),
      message: /status 500/,
      as: 'failed',
    },
    {
      name: 'garbage',
      handle: (_, response) => response.end('\u0000{{{'),
      message: /no WISE reply/,
      as: 'failed',
    },
    {
      name: 'no answer at all',
      handle: () => undefined,
      limits: { timeLimitMs: 50 },
      message: /no answer within 50 ms/,
      as: 'timedOut',
    },
    {
      name: 'a body that never ends',
      handle: (_, response) => response.writeHead(200).write('['),
      limits: { timeLimitMs: 50 },
      message: /no answer within 50 ms/,
      as: 'timedOut',
    },
    {
      name: 'a huge answer',
      handle: (_, response) => response.end(`[${' '.repeat(100_000)}]`),
      limits: { answerBytes: 65_536 },
      message: /larger than 65536 bytes/,
      as: 'failed',
    },
    {
      name: 'a connection that breaks',
      handle: (request) => request.socket.destroy(),
      message: /no answer: /,
      as: 'failed',
    },
    {
      name: 'a body that breaks off',
      handle: (request, response) => {
        response
          .writeHead(200, { 'content-length': 100 })
          .write('[', () => request.socket.destroy());
      },
      message: /broke off/,
      as: 'failed',
    },
    {
      name: 'a redirect to another scheme',
      handle: (_, response) => response.writeHead(302, { location: 'https://127.0.0.1/' }).end(),
      message: /another scheme/,
      as: 'failed',
    },
    {
      name: 'redirects without end',
      handle: (_, response) => response.writeHead(302, { location: '/again' }).end(),
      message: /too many redirects/,
      as: 'failed',
    },
  ];
  for (const { name, handle, limits, message, as } of failures) {
    it(`counts and logs ${name}, finds nothing and remembers nothing`, async () => {
      const { bed, counters } = await stage(handle, limits);
      assert.deepEqual(await lookUpIps(bed, '8.8.8.8'), []);
      assert.equal(counters()[as], 1);
      assert.match(failureMessages(bed)[0] ?? '', message);
      await lookUpIps(bed, '8.8.8.8');
      assert.equal(counters()[as], 2);
      assertBalanced(counters());
    });
  }

  it('counts and logs a refused connection', async () => {
    const url = `http://127.0.0.1:${String(await refusedPort())}/\${ip}`;
    const bed = createEnrichmentBed({ intel: [sourceOf('Wise', { url })] });
    endings.push(() => {
      bed.enrichment.close();
    });
    assert.deepEqual(await lookUpIps(bed, '8.8.8.8'), []);
    assert.match(failureMessages(bed)[0] ?? '', /ECONNREFUSED/);
  });

  it('is logged once a minute with the number of failures since', async () => {
    const { bed } = await stage((_, response) => response.writeHead(404).end());
    await lookUpIps(bed, '8.8.8.1', '8.8.8.2', '8.8.8.3');
    assert.equal(failureMessages(bed).length, 1);
    bed.clock.nowMs += 60_000;
    await lookUpIps(bed, '8.8.8.4');
    assert.deepEqual(
      bed.lines.filter(({ msg }) => msg === 'look-up source failed').map(({ failures: n }) => n),
      [1, 3],
    );
  });

  it('does not hide what it knows about other addresses', async () => {
    const { bed, counters } = await stage((request, response) => {
      if (request.url === '/8.8.8.8') response.writeHead(500).end();
      else response.end(HIT);
    });
    for (let round = 0; round < 10; round += 1) await lookUpIps(bed, '8.8.8.8');
    const found = await lookUpIps(bed, '8.8.8.8', '8.8.4.4');
    assert.deepEqual(found, [{ provider: 'Wise', term: '8.8.4.4', result: 'list: known bad' }]);
    assert.equal(counters().open, 0);
  });
});

describe('a look-up', () => {
  it('is tried again after a failure that may pass', async () => {
    let requests = 0;
    const { bed, counters } = await stage(
      (_, response) => {
        requests += 1;
        if (requests === 1) response.writeHead(503).end();
        else if (requests === 2) response.destroy();
        else response.end(HIT);
      },
      { tries: 3 },
    );
    assert.equal((await lookUpIps(bed, '8.8.8.8')).length, 1);
    assert.deepEqual([requests, counters().retried, counters().failed], [3, 2, 0]);
  });

  it('is not tried again when the answer would be the same', async () => {
    const { bed, server } = await stage((_, response) => response.writeHead(401).end(), {
      tries: 3,
    });
    await lookUpIps(bed, '8.8.8.8');
    assert.equal(server.asked.length, 1);
  });

  it('ends at the time limit with all its tries', async () => {
    const { bed, counters } = await stage((_, response) => response.writeHead(500).end(), {
      tries: 1_000,
      backOffMs: 20,
      timeLimitMs: 100,
    });
    await lookUpIps(bed, '8.8.8.8');
    assert.deepEqual([counters().timedOut, counters().failed], [1, 0]);
  });

  it('of one address by many alarms is one request', async () => {
    const waiting: ServerResponse[] = [];
    const { bed, server, counters } = await stage((_, response) => waiting.push(response));
    const alarms = Array.from({ length: 20 }, () => lookUpIps(bed, '8.8.8.8'));
    await waitUntil(() => waiting.length === 1);
    waiting[0]?.end(HIT);
    const found = await Promise.all(alarms);
    assert.ok(found.every(({ length }) => length === 1));
    assert.deepEqual([server.asked.length, counters().joined], [1, 19]);
    assertBalanced(counters());
  });

  it('runs beside no more than the allowed number, and the rest waits', async () => {
    const waiting: ServerResponse[] = [];
    const { bed, counters } = await stage((_, response) => waiting.push(response), {
      concurrent: 2,
      waiting: 3,
    });
    const ips = Array.from({ length: 8 }, (_, index) => `8.8.8.${String(index)}`);
    const found = lookUpIps(bed, ...ips);
    for (let answered = 0; answered < 5; answered += 1) {
      await waitUntil(() => waiting.length > 0);
      assert.ok(waiting.length <= 2);
      waiting.shift()?.end(HIT);
    }
    assert.equal((await found).length, 5);
    assert.deepEqual([counters().answered, counters().skipped], [5, 3]);
    assertBalanced(counters());
  });
});

describe('the answers of a source', () => {
  it('are remembered for the given time, those without findings too', async () => {
    const { bed, server, counters } = await stage((request, response) => {
      response.end(request.url === '/8.8.8.8' ? HIT : '[]');
    });
    await lookUpIps(bed, '8.8.8.8', '8.8.4.4');
    bed.clock.nowMs += 10 * 60_000 - 1;
    assert.equal((await lookUpIps(bed, '8.8.8.8', '8.8.4.4')).length, 1);
    assert.deepEqual([server.asked.length, counters().cached], [2, 2]);
    bed.clock.nowMs += 2;
    assert.equal((await lookUpIps(bed, '8.8.8.8', '8.8.4.4')).length, 1);
    assert.equal(server.asked.length, 4);
  });

  it('are not remembered with a cache time of 0', async () => {
    const { bed, server } = await stage((_, response) => response.end(HIT), {}, 0);
    await lookUpIps(bed, '8.8.8.8');
    await lookUpIps(bed, '8.8.8.8');
    assert.equal(server.asked.length, 2);
  });

  it('are remembered up to a number of addresses', async () => {
    const { bed, server } = await stage((_, response) => response.end(HIT), { cacheEntries: 2 });
    await lookUpIps(bed, '8.8.8.1', '8.8.8.2', '8.8.8.3');
    await lookUpIps(bed, '8.8.8.1');
    assert.equal(server.asked.length, 4);
  });
});

describe('a source that is down', () => {
  const IPS = ['8.8.8.1', '8.8.8.2', '8.8.8.3'];

  it('is left alone, then probed, then asked again', async () => {
    let isDown = true;
    const { bed, server, counters } = await stage(
      (_, response) => (isDown ? response.writeHead(500).end() : response.end(HIT)),
      { failuresToOpen: 3, openMs: 30_000 },
    );
    await lookUpIps(bed, ...IPS);
    assert.deepEqual(await lookUpIps(bed, '8.8.8.4'), []);
    assert.deepEqual([server.asked.length, counters().open], [3, 1]);

    bed.clock.nowMs += 30_000;
    await lookUpIps(bed, '8.8.8.4', '8.8.8.5');
    assert.deepEqual([server.asked.length, counters().open], [4, 2], 'one probe, which fails');

    isDown = false;
    bed.clock.nowMs += 30_000;
    assert.equal((await lookUpIps(bed, '8.8.8.4')).length, 1);
    assert.equal((await lookUpIps(bed, ...IPS)).length, 3);
    assert.equal(bed.lines.filter(({ msg }) => msg === 'look-up source is asked again').length, 1);
    assertBalanced(counters());
  });

  it('does not keep the look-ups that wait for their turn', async () => {
    const { bed, server, counters } = await stage((_, response) => response.writeHead(500).end(), {
      concurrent: 1,
      failuresToOpen: 3,
    });
    const ips = Array.from({ length: 50 }, (_, index) => `8.8.8.${String(index)}`);
    await lookUpIps(bed, ...ips);
    assert.deepEqual([server.asked.length, counters().failed, counters().open], [3, 3, 47]);
  });

  it('is recognised by time-outs too', async () => {
    const { bed, counters } = await stage(() => undefined, { timeLimitMs: 30, failuresToOpen: 3 });
    await lookUpIps(bed, ...IPS);
    await lookUpIps(bed, '8.8.8.4');
    assert.deepEqual([counters().timedOut, counters().open], [3, 1]);
  });

  it('is not mistaken for one whose answers cannot be used', async () => {
    const { bed, counters } = await stage((_, response) => response.end('garbage'), {
      failuresToOpen: 3,
    });
    await lookUpIps(bed, ...IPS, '8.8.8.4');
    await lookUpIps(bed, '8.8.8.5');
    assert.deepEqual([counters().failed, counters().open], [5, 0]);
  });
});

describe('closing', () => {
  it('settles what is under way and what waits as unknown', async () => {
    const { bed, server, counters } = await stage(() => undefined, { concurrent: 1 });
    const found = lookUpIps(bed, '8.8.8.1', '8.8.8.2');
    await waitUntil(() => server.asked.length === 1);
    bed.enrichment.close();
    assert.deepEqual(await found, []);
    assert.deepEqual(await lookUpIps(bed, '8.8.8.3'), []);
    assert.deepEqual([counters().skipped, counters().failed], [3, 0]);
    assertBalanced(counters());
  });
});
