import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';

import { startAnsweringServer } from '../support/answering-server.ts';
import { createDirectiveText, createRuleText } from '../support/directive-text.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const root = join(import.meta.dirname, '..', '..');
const starter = join(root, 'config', 'starter', 'directives_starter.json');

async function split(
  ...words: readonly string[]
): Promise<{ code: number | null; out: string; err: string }> {
  const main = join(root, 'dist', 'app', 'main.js');
  const child = spawn(process.execPath, [main, 'split', ...words]);
  const ended = once(child, 'exit');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  return { code: child.exitCode, out, err };
}

function idsOf(path: string): number[] {
  const file: unknown = JSON.parse(readFileSync(path, 'utf8'));
  assert.ok(typeof file === 'object' && file !== null && 'directives' in file);
  assert.ok(Array.isArray(file.directives));
  return file.directives.map((directive: { id: number }) => directive.id);
}

/** A file of one's own with directives of these ids, each with as many routes as its id. */
function writeDirectives(name: string, ...ids: readonly number[]): string {
  const path = join(makeTemporaryFolder('split'), name);
  const directives = ids.map((id) => {
    const sids = Array.from({ length: id }, (_, index) => id * 100 + index);
    const rules = [1, 2].map((stage) => createRuleText(stage, { plugin_sid: sids }));
    return createDirectiveText({ id, name: `directive ${String(id)}`, rules });
  });
  writeFileSync(path, JSON.stringify({ directives }));
  return path;
}

function statistics(work: Readonly<Record<number, number>>, next: string | null = null): string {
  const directives = Object.entries(work).map(([id, seconds]) => ({
    ...{ id: Number(id), name: `directive ${id}`, since: 1_000, events: 1, matches: 1 },
    ...{ backlogs: 0, alarms: { low: 0, medium: 0, high: 0 }, work_seconds: seconds },
    ...{ last_event: 2_000, stages: [] },
  }));
  return JSON.stringify({ directives, total: directives.length, next });
}

describe('dsiem split', () => {
  it('writes every directive of the starter set once, and says the balance', async () => {
    const folder = makeTemporaryFolder('split');
    const { code, out, err } = await split('--nodes', 'b-0,b-1', '--output-dir', folder, starter);
    assert.deepEqual([code, err], [0, '']);
    const names = ['directives_b-0_starter.json', 'directives_b-1_starter.json'];
    assert.deepEqual(readdirSync(folder).sort(), names);
    const ids = names.flatMap((name) => idsOf(join(folder, name)));
    assert.deepEqual(ids.sort(), idsOf(starter));
    assert.match(out, /b-0 +\d+ +(4[5-9]|5[0-5])\.\d %/);
    assert.match(out, /estimated/);
  });

  it('refuses to overwrite, and does it with --force', async () => {
    const folder = makeTemporaryFolder('split');
    const present = join(folder, 'directives_a_starter.json');
    writeFileSync(present, 'mine');
    const words = ['--nodes', 'a,b', '--output-dir', folder, starter];
    const refused = await split(...words);
    assert.equal(refused.code, 2);
    assert.match(refused.err, /directives_a_starter\.json: exists already/);
    assert.equal(readFileSync(present, 'utf8'), 'mine');
    assert.equal(existsSync(join(folder, 'directives_b_starter.json')), false);
    assert.equal((await split(...words, '--force')).code, 0);
    assert.ok(idsOf(present).length > 3);
  });

  it('writes nothing with --dry-run and names files that a node loads too', async () => {
    const folder = makeTemporaryFolder('split');
    writeFileSync(join(folder, 'directives_a_old.json'), '{}');
    const words = ['--nodes', 'a,b', '--output-dir', folder, starter];
    assert.match((await split(...words, '--dry-run')).out, /would write/);
    assert.deepEqual(readdirSync(folder), ['directives_a_old.json']);
    assert.match((await split(...words)).err, /directives_a_old\.json is left, a loads it too/);
  });

  it('goes by what an engine has measured, page by page, and estimates what is new', async () => {
    const path = writeDirectives('directives_all.json', 1, 2, 3, 4);
    const server = await startAnsweringServer((request, response) => {
      const isFirst = !(request.url ?? '').includes('cursor=');
      response.end(isFirst ? statistics({ 1: 120 }, 'x') : statistics({ 2: 10, 3: 20 }));
    });
    const folder = makeTemporaryFolder('split');
    const words = ['--nodes', 'a,b', '--output-dir', folder, '--statistics', server.origin, path];
    const { code, out, err } = await split(...words);
    await server.close();
    assert.equal(code, 0, err);
    assert.equal(server.asked.length, 2);
    assert.match(out, /measured for 3 of 4 directives/);
    assert.deepEqual(idsOf(join(folder, 'directives_a_all.json')), [1]);
    assert.deepEqual(idsOf(join(folder, 'directives_b_all.json')), [2, 3, 4]);
  });

  it('takes the statistics from files, of several backends too', async () => {
    const path = writeDirectives('directives_all.json', 1, 2, 3);
    const folder = makeTemporaryFolder('split');
    const files = [statistics({ 1: 50 }), statistics({ 2: 20, 3: 20 })].map((content, index) => {
      const file = join(folder, `${String(index)}.json`);
      writeFileSync(file, content);
      return ['--statistics', file];
    });
    await split('--nodes', 'a,b', '--output-dir', folder, ...files.flat(), path);
    assert.deepEqual(idsOf(join(folder, 'directives_a_all.json')), [1]);
    assert.deepEqual(idsOf(join(folder, 'directives_b_all.json')), [2, 3]);
  });

  const mistakes: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no nodes', [starter], /nodes/],
    ['a name that is none', ['--nodes', 'a,b.example', starter], /"b\.example" is no name/],
    ['a node twice', ['--nodes', 'a,a', starter], /named once/],
    ['nodes that share files', ['--nodes', 'a,a_b', starter], /a would load the files of a_b too/],
    ['no file', ['--nodes', 'a,b'], /files|Not enough/],
    [
      'a file that is not there',
      ['--nodes', 'a', 'directives_none.json'],
      /cannot be read: ENOENT/,
    ],
    ['another kind of file', ['--nodes', 'a', 'assets_a.json'], /must begin with directives_/],
    ['a file twice', ['--nodes', 'a,b', starter, starter], /another file of this name/],
    [
      'a faulty directive',
      ['--nodes', 'a', writeDirectives('directives_x.json', 0)],
      /entry 1|, id/,
    ],
    [
      'an id twice',
      ['--nodes', 'a', writeDirectives('directives_x.json', 1, 1)],
      /directive 1, id: must be unique/,
    ],
    [
      'more nodes than directives',
      ['--nodes', 'a,b,c', writeDirectives('directives_x.json', 1, 2)],
      /2 enabled directives are too few/,
    ],
    [
      'an engine that does not answer',
      ['--nodes', 'a', '--statistics', 'http://127.0.0.1:1', starter],
      /--statistics: http:.*does not answer/,
    ],
    [
      'statistics that are none',
      ['--nodes', 'a', '--statistics', starter, starter],
      /is no answer of GET/,
    ],
  ];
  for (const [what, words, problem] of mistakes) {
    it(`ends with 2, writes nothing and says why for ${what}`, async () => {
      const folder = makeTemporaryFolder('split');
      const { code, err } = await split('--output-dir', folder, ...words);
      assert.equal(code, 2, err);
      assert.match(err, problem);
      assert.deepEqual(readdirSync(folder), []);
    });
  }
});
