import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createEngineStatistics, DirectiveBook } from '../../core/ledger/engine-statistics.ts';
import { createStatisticsFile } from '../../state/statistics-file.ts';
import { createCapturedLog } from '../support/captured-log.ts';
import { createEngineBed } from '../support/engine-bed.ts';
import { createThreeStages } from '../support/telemetry-bed.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const ALWAYS = (): boolean => true;

describe('the file of statistics', () => {
  it('brings back at the next start what was counted, and counting goes on', async () => {
    const folder = makeTemporaryFolder('statistics');
    const { log } = createCapturedLog();
    async function runOnce(): Promise<DirectiveBook> {
      const statistics = createEngineStatistics();
      const file = createStatisticsFile(folder, log);
      await file.load(statistics.directives, ALWAYS);
      const keeping = file.keep(statistics.directives);
      const bed = createEngineBed([createThreeStages()], { statistics });
      await bed.post({ at: 0 });
      await bed.post({ at: 5, plugin_sid: 2 }, { at: 9, plugin_sid: 2 });
      await bed.settled();
      await keeping.stop();
      return statistics.directives;
    }
    await runOnce();
    const found = (await runOnce()).find(1);
    assert.ok(found !== undefined);
    assert.deepEqual([found.events, found.matches, found.alarms.Medium], [6, 6, 2]);
    assert.deepEqual(
      found.stages.map(({ events, finished, durations }) => [events, finished, durations.sum]),
      [
        [2, 2, 0],
        [4, 2, 18],
      ],
    );
    assert.deepEqual(readdirSync(folder), ['statistics.json']);
  });

  it('brings back nothing of directives that are gone or have another name', async () => {
    const folder = makeTemporaryFolder('statistics');
    const file = createStatisticsFile(folder, createCapturedLog().log);
    const book = new DirectiveBook();
    for (const id of [1, 2, 3]) book.of(id, `directive ${String(id)}`, 0).events = id;
    await file.keep(book).stop();
    const loaded = new DirectiveBook();
    await file.load(loaded, (id, name) => id === 2 && name === 'directive 2');
    assert.deepEqual(
      [...loaded.entries()].map(([id, { events }]) => [id, events]),
      [[2, 2]],
    );
  });

  for (const [what, text] of [
    ['is cut off', '{"directives":[{"id":1'],
    ['has other fields', '{"directives":[{"id":1,"name":"x"}]}'],
    ['has ranges that we do not', '[]'],
  ] as const) {
    it(`is set aside with a warning when it ${what}`, async () => {
      const folder = makeTemporaryFolder('statistics');
      const { log, lines } = createCapturedLog();
      writeFileSync(join(folder, 'statistics.json'), text);
      const book = new DirectiveBook();
      await createStatisticsFile(folder, log).load(book, ALWAYS);
      assert.equal(book.size, 0);
      assert.deepEqual(
        lines.map(({ level, msg }) => [level, msg]),
        [[40, 'the statistics cannot be used and begin anew']],
      );
      const [name = ''] = readdirSync(folder);
      assert.match(name, /^statistics\.unusable/);
    });
  }

  it('costs a warning when it cannot be written', async () => {
    const folder = makeTemporaryFolder('statistics');
    const { log, lines } = createCapturedLog();
    writeFileSync(join(folder, 'file'), '');
    await createStatisticsFile(join(folder, 'file'), log).keep(new DirectiveBook()).stop();
    assert.deepEqual(
      lines.map(({ level, msg }) => [level, msg]),
      [[40, 'the statistics cannot be saved']],
    );
  });
});
