// What a start does with the files of saved backlogs (SPEC §10): go on, set aside, count, delete.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { RestoredBacklogs } from '../../actors/supervisor.ts';
import { restoreSaved } from '../../app/restore-saved.ts';
import { saveBacklog } from '../../core/correlation/saved-backlog.ts';
import type { Directive } from '../../core/directive/directive.ts';
import { createEngineCounters } from '../../core/ledger/engine-counters.ts';
import { createSavedBacklogFiles } from '../../state/saved-backlog-files.ts';
import { createCapturedLog, type CapturedLog } from '../support/captured-log.ts';
import { compileRules, createContext, createRule, open } from '../support/correlation-bed.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const context = createContext();
const rules = [createRule(1), createRule(2, { from: ':1' })];
const directive = compileRules(rules);

function createItem(of: Directive = directive, alarmId = 'AAAAAAAAA'): unknown {
  const { backlog } = open(of);
  return saveBacklog({ ...backlog, alarmId }, undefined, context);
}

interface Bed {
  readonly folder: string;
  readonly restored: RestoredBacklogs[];
  readonly counters: ReturnType<typeof createEngineCounters>;
  readonly log: CapturedLog;
  /** The names of what was set aside. */
  readonly aside: () => string[];
}

/** Starts with these files; texts are written as they are. */
async function start(files: Readonly<Record<string, unknown>>): Promise<Bed> {
  const logDir = makeTemporaryFolder('restore');
  const folder = join(logDir, 'backlogs');
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(join(folder, name), text);
  }
  const restored: RestoredBacklogs[] = [];
  const log = createCapturedLog();
  const counters = createEngineCounters();
  await restoreSaved({
    engine: { restore: (backlogs) => restored.push(backlogs) },
    files: createSavedBacklogFiles(logDir, log.log),
    directives: new Map([[directive.id, directive]]),
    ...{ context, counters, log: log.log },
  });
  const aside = (): string[] => {
    const path = join(folder, 'aside');
    return existsSync(path) ? readdirSync(path) : [];
  };
  return { folder, restored, counters, log, aside };
}

describe('the files of saved backlogs at a start', () => {
  it('are handed to their directives and deleted', async () => {
    const { folder, restored, counters, aside } = await start({
      '1.json': [createItem(), createItem(directive, 'BBBBBBBBB')],
    });
    assert.deepEqual(
      restored.map(({ directiveId, backlogs }) => [directiveId, backlogs.map((b) => b.alarmId)]),
      [[1, ['AAAAAAAAA', 'BBBBBBBBB']]],
    );
    assert.equal(existsSync(join(folder, '1.json')), false);
    assert.deepEqual([counters.backlogsSetAside, aside()], [0, []]);
  });

  it('of a directive that is gone are set aside whole, counted and logged', async () => {
    const { folder, restored, counters, log, aside } = await start({
      '2.json': [createItem(), createItem(directive, 'BBBBBBBBB')],
    });
    assert.deepEqual(restored, []);
    assert.equal(existsSync(join(folder, '2.json')), false);
    const [name = ''] = aside();
    const kept: unknown = JSON.parse(readFileSync(join(folder, 'aside', name), 'utf8'));
    assert.ok(Array.isArray(kept));
    assert.equal(kept.length, 2);
    assert.equal(counters.backlogsSetAside, 2);
    assert.equal(log.find('saved backlogs were set aside')[0]?.['backlogs'], 2);
  });

  it('keep aside only what cannot be used of them', async () => {
    const renamed = createItem(compileRules(rules, { name: 'another name' }), 'BBBBBBBBB');
    const { folder, restored, counters, aside } = await start({
      '1.json': [renamed, createItem()],
    });
    assert.equal(restored[0]?.backlogs.length, 1);
    assert.equal(existsSync(join(folder, '1.json')), false);
    const [name = ''] = aside();
    const kept: unknown = JSON.parse(readFileSync(join(folder, 'aside', name), 'utf8'));
    assert.deepEqual(kept, [JSON.parse(JSON.stringify(renamed))]);
    assert.equal(counters.backlogsSetAside, 1);
  });

  it('that are no JSON arrays are set aside, and the others go on', async () => {
    const { folder, restored, aside } = await start({
      ...{ '7.json': '{"alarm_id":', '8.json': '{}', 'notes.json': '[]', '1.json': [createItem()] },
    });
    assert.equal(restored.length, 1);
    assert.equal(aside().length, 3);
    assert.deepEqual(readdirSync(folder), ['aside']);
  });

  it('that hold nothing are deleted', async () => {
    const { folder, restored } = await start({ '1.json': '[]' });
    assert.deepEqual([restored, readdirSync(folder)], [[], []]);
  });

  it('whose references cannot be proven say so', async () => {
    const protocol = compileRules([createRule(1), createRule(2, { protocol: ':1' })]);
    const item = JSON.stringify(createItem(protocol), (key, value: unknown) =>
      key === 'dsiem_ts' ? undefined : value,
    );
    const { log, restored } = await start({ '1.json': `[${item}]` });
    assert.equal(restored[0]?.backlogs.length, 1);
    const [line] = log.find(
      'references of reloaded backlogs match nothing, their file does not tell the values',
    );
    assert.deepEqual([line?.level, line?.['alarms']], [40, ['AAAAAAAAA']]);
  });

  it('may be missing altogether', async () => {
    assert.deepEqual((await start({})).restored, []);
  });
});
