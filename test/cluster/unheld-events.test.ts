import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createUnheldEvents } from '../../cluster/unheld-events.ts';
import { createCapturedLog } from '../support/captured-log.ts';

it('events are counted for each directive file that nobody holds, and told when somebody does', () => {
  let unheld: string[] = [];
  let nowMs = 0;
  const { log, find } = createCapturedLog();
  const sharing = { unheldFiles: () => unheld };
  const events = createUnheldEvents({ sharing, monotonicMs: () => nowMs, log });
  events.published(1);
  assert.equal(events.of('a'), 0);

  unheld = ['a', 'b'];
  nowMs += 1000;
  events.published(5);
  unheld = ['b'];
  nowMs += 1000;
  events.published(2);
  assert.deepEqual([events.of('a'), events.of('b')], [0, 7]);

  const told = find('events were published while no backend held a directive file');
  assert.deepEqual(
    told.map((line) => [line['file'], line['events']]),
    [['a', 5]],
  );
});
