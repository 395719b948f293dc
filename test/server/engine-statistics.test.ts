import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createEngineStatistics } from '../../core/ledger/engine-statistics.ts';
import { observe } from '../../core/ledger/histogram.ts';
import { engineStatisticsRoutes } from '../../server/routes/engine-statistics.ts';
import { engineStatisticsSchema } from '../../server/schemas/engine-statistics.ts';

it('GET /api/statistics/engine tells durations in seconds, look-ups by source, and who follows the feed', async () => {
  const statistics = createEngineStatistics();
  statistics.alarmsRaised = 3;
  observe(statistics.eventMs, 4, 2);
  observe(statistics.eventMs, 9_000);
  const outcomes = { cached: 4, joined: 1, answered: 2, failed: 1, timedOut: 1, skipped: 0 };
  const [route] = engineStatisticsRoutes({
    statistics,
    lookUps: () => [{ name: 'Wise', type: 'intel', asked: 10, found: 2, open: 1, ...outcomes }],
    feedClients: () => 5,
  });
  const answer = await route?.handle({
    ...{ params: {}, query: {}, body: undefined, headers: {} },
    caller: { name: 'somebody', role: 'reader', from: '127.0.0.1' },
  });
  const body = engineStatisticsSchema.strict().parse(answer?.body);
  assert.equal(body.alarms_raised, 3);
  assert.equal(body.feed_clients, 5);
  const { count, sum, bounds, counts } = body.event_seconds;
  assert.deepEqual({ count, sum }, { count: 3, sum: 9.008 });
  assert.equal(counts[bounds.indexOf(0.005)], 2);
  assert.equal(counts.at(-1), 1);
  assert.deepEqual(body.look_ups, [
    {
      ...{ source: 'Wise', type: 'intel', asked: 10, cached: 4, joined: 1, answered: 2 },
      ...{ failed: 1, timed_out: 1, skipped: 0, open: 1, found: 2 },
    },
  ]);
});
