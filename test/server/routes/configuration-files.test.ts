import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, beforeEach, describe, it } from 'node:test';
import { z } from 'zod';
import {
  configurationChangeSchema,
  configurationFilesSchema,
  draftCheckSchema,
} from '../../../server/schemas/configuration-file.ts';
import { faultSchema } from '../../../server/schemas/fault.ts';
import { reloadSchema } from '../../../server/schemas/reload.ts';
import {
  ASSETS,
  directivesFile,
  READER,
  startAdminBed,
  type AdminBed,
} from '../../support/admin-bed.ts';
import { createDirectiveState } from '../../support/fake-engine-admin.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const FILES = '/api/configuration/files';
const problemsSchema = z.object({ error: z.looseObject({ problems: z.array(faultSchema) }) });

function tagOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('hex')}"`;
}

describe('/api/configuration/files', () => {
  let bed: AdminBed;
  beforeEach(async () => {
    bed = await startAdminBed();
  });

  it('lists files with kind, size, hash and times', async () => {
    const { files, loadable } = (await bed.send('GET', FILES)).read(configurationFilesSchema);
    assert.equal(loadable, true);
    const [assets] = files;
    assert.deepEqual(
      [assets?.name, assets?.kind, assets?.size, `"${assets?.sha256 ?? ''}"`],
      ['assets_a.json', 'assets', ASSETS.length, tagOf(ASSETS)],
    );
    assert.equal(assets?.loaded_sha256, assets?.sha256);
    assert.ok(Math.abs((assets?.loaded_at ?? 0) - Date.now() / 1000) < 60);
  });

  it('lists what is wrong with a file that somebody changed on disk, with its place', async () => {
    await writeFile(join(bed.folder, 'directives_a.json'), '{"directives": [\n {"id": 1}]}');
    await writeFile(join(bed.folder, 'other_x.json'), '{}');
    const list = (await bed.send('GET', FILES)).read(configurationFilesSchema);
    assert.equal(list.loadable, false);
    const directives = list.files.find(({ name }) => name === 'directives_a.json');
    assert.ok(directives?.problems.some(({ line, problem }) => line === 2 && problem !== ''));
    assert.notEqual(directives?.loaded_sha256, directives?.sha256);
    const other = list.files.find(({ name }) => name === 'other_x.json');
    assert.deepEqual([other?.kind, other?.warnings.length], [null, 1]);
  });

  it('gives a file as it stands, with an ETag', async () => {
    const answer = await bed.send('GET', `${FILES}/assets_a.json`);
    assert.deepEqual([answer.status, answer.text], [200, ASSETS]);
    assert.equal(answer.headers.get('etag'), tagOf(ASSETS));
  });

  it('writes a file, loads it at once and says what that changed', async () => {
    const text = directivesFile({ id: 3, name: 'a third' });
    const put = await bed.send('PUT', `${FILES}/directives_b.json`, { body: text });
    assert.equal(put.status, 201, put.text);
    const { file, reload } = put.read(configurationChangeSchema);
    assert.deepEqual([file?.name, file?.loaded_sha256], ['directives_b.json', file?.sha256]);
    assert.deepEqual([reload.ok, reload.directives.added, reload.by], [true, [3], 'ann']);
    assert.deepEqual(reload.files, { added: ['directives_b.json'], changed: [], removed: [] });
    assert.equal(await readFile(join(bed.folder, 'directives_b.json'), 'utf8'), text);
    assert.deepEqual([...bed.engine.states.keys()], [1, 2, 3]);
    const deleted = await bed.send('DELETE', `${FILES}/directives_b.json`);
    assert.deepEqual(deleted.read(configurationChangeSchema).reload.directives.removed, [3]);
    assert.equal((await bed.send('DELETE', `${FILES}/directives_b.json`)).status, 404);
    assert.deepEqual(
      bed.audit.map(({ action, what }) => `${action} ${what}`),
      ['configuration.write directives_b.json', 'configuration.delete directives_b.json'],
    );
    assert.deepEqual([bed.audit[0]?.before, bed.audit[1]?.after], [undefined, undefined]);
  });

  it('lets one of many win who saved what they all had read', async () => {
    const etag = tagOf(ASSETS);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => {
        const body = ASSETS.replace('"x"', `"writer${String(index)}"`);
        return bed.send('PUT', `${FILES}/assets_a.json`, { body, headers: { 'if-match': etag } });
      }),
    );
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [200, 412, 412, 412, 412, 412, 412, 412]);
    const lost = answers.find(({ status }) => status === 412);
    const won = answers.find(({ status }) => status === 200);
    assert.equal(lost?.code, 'changed_meanwhile');
    assert.equal(lost.headers.get('etag'), won?.headers.get('etag'));
    assert.equal(bed.reloads.length, 1);
  });

  const preconditions: readonly (readonly [string, Record<string, string>, number])[] = [
    ['assets_a.json', { 'if-match': '*' }, 200],
    ['assets_n.json', { 'if-match': '*' }, 412],
    ['assets_a.json', { 'if-match': `W/${tagOf(ASSETS)}` }, 412],
    ['assets_a.json', { 'if-match': `"x", ${tagOf(ASSETS)}` }, 200],
    ['assets_a.json', { 'if-match': 'abc' }, 400],
    ['assets_a.json', { 'if-none-match': '*' }, 412],
    ['assets_n.json', { 'if-none-match': '*' }, 201],
    ['assets_a.json', { 'if-none-match': '"x"' }, 400],
  ];
  for (const [name, headers, status] of preconditions) {
    it(`answers ${String(status)} to PUT ${name} with ${JSON.stringify(headers)}`, async () => {
      const answer = await bed.send('PUT', `${FILES}/${name}`, { body: ASSETS, headers });
      assert.equal(answer.status, status, answer.text);
    });
  }

  it('refuses with 422 what would leave the folder unloadable, names every place and writes nothing', async () => {
    const before = await readdir(bed.folder);
    const twice = directivesFile({ id: 1 });
    const drafts = ['{', '{"directives": 1}', twice, directivesFile({ id: 5, rules: [] })];
    for (const body of drafts) {
      const answer = await bed.send('PUT', `${FILES}/directives_b.json`, { body });
      assert.deepEqual([answer.status, answer.code], [422, 'unloadable']);
      const { problems } = problemsSchema.parse(JSON.parse(answer.text)).error;
      assert.ok(problems.every(({ line, column }) => (line ?? 0) > 0 && (column ?? 0) > 0));
    }
    const last = await bed.send('DELETE', `${FILES}/assets_a.json`);
    assert.deepEqual([last.status, last.code], [422, 'unloadable']);
    assert.deepEqual(await readdir(bed.folder), before);
    assert.deepEqual([bed.reloads.length, bed.audit.length], [0, 0]);
  });

  it('says what a draft would change and which backlogs that concerns, and writes nothing', async () => {
    bed.engine.states.set(1, createDirectiveState(1, { backlogs: 3 }));
    bed.engine.states.set(2, createDirectiveState(2, { backlogs: 4 }));
    const body = directivesFile({ id: 1, priority: 5 }, { id: 7 });
    const path = `${FILES}/directives_a.json/check`;
    const check = (await bed.send('POST', path, { body, token: READER })).read(draftCheckSchema);
    assert.equal(check.valid, true);
    assert.deepEqual(check.directives, {
      added: [{ id: 7, name: 'a directive', backlogs: 0 }],
      changed: [{ id: 1, name: 'a directive', backlogs: 3 }],
      removed: [{ id: 2, name: 'another', backlogs: 4 }],
      renamed: [],
      unchanged: 0,
    });
    assert.equal(check.backlogs, 7);
    const renamed = directivesFile({ id: 1, name: 'new name' }, { id: 2, name: 'another' });
    const second = (await bed.send('POST', path, { body: renamed })).read(draftCheckSchema);
    assert.deepEqual(second.directives?.renamed, [{ id: 1, name: 'new name', backlogs: 3 }]);
    const invalid = (await bed.send('POST', path, { body: '{' })).read(draftCheckSchema);
    assert.deepEqual([invalid.valid, invalid.directives], [false, null]);
    assert.deepEqual([invalid.problems[0]?.line, invalid.problems[0]?.column], [1, 2]);
    assert.deepEqual([bed.reloads.length, bed.audit.length], [0, 0]);
  });

  it('keeps readers from changing, and everybody without --writable-config', async () => {
    const path = `${FILES}/assets_a.json`;
    assert.equal((await bed.send('PUT', path, { body: ASSETS, token: READER })).status, 403);
    assert.equal((await bed.send('DELETE', path, { token: READER })).status, 403);
    const closed = await startAdminBed({ writable: false });
    const refused = await closed.send('PUT', path, { body: ASSETS });
    assert.deepEqual([refused.status, refused.code], [403, 'configuration_read_only']);
    assert.equal((await closed.send('POST', `${path}/check`, { body: ASSETS })).status, 200);
  });

  it('answers 400 for bytes that are no UTF-8 and for names that are none', async () => {
    const bytes = await fetch(`${bed.url}${FILES}/assets_a.json`, {
      method: 'PUT',
      body: new Uint8Array([0xff]),
      headers: { authorization: `Bearer a-token-of-an-administrator` },
    });
    assert.equal(bytes.status, 400);
    for (const name of [
      ...[
        '..%2fassets_x.json',
        '%2e%2e%2fetc',
        'assets_%00.json',
        'assets_a.json%0a',
        'assets_.txt',
      ],
      ...['x.json', '.assets_a.json', 'assets_a.b.json', 'directives_%2fetc%2fpasswd.json'],
    ]) {
      const put = await bed.send('PUT', `${FILES}/${name}`, { body: ASSETS });
      assert.deepEqual([put.status, put.code], [400, 'invalid_request'], name);
      const check = await bed.send('POST', `${FILES}/${name}/check`, { body: ASSETS });
      assert.equal(check.status, 400, name);
      assert.equal((await bed.send('DELETE', `${FILES}/${name}`)).status, 400, name);
      assert.ok([400, 404].includes((await bed.send('GET', `${FILES}/${name}`)).status), name);
    }
  });

  it('neither reads nor replaces what a link out of the folder leads to', async () => {
    const outside = makeTemporaryFolder('outside');
    const target = join(outside, 'secret.json');
    await writeFile(target, '{"secret": 1}');
    await symlink(target, join(bed.folder, 'assets_out.json'));
    await symlink('nowhere', join(bed.folder, 'assets_dead.json'));
    await mkdir(join(bed.folder, 'assets_dir.json'));
    for (const name of ['assets_out.json', 'assets_dead.json', 'assets_dir.json']) {
      assert.equal((await bed.send('GET', `${FILES}/${name}`)).status, 404, name);
      const put = await bed.send('PUT', `${FILES}/${name}`, { body: ASSETS });
      assert.deepEqual([put.status, put.code], [409, 'not_a_file'], name);
      assert.equal((await bed.send('DELETE', `${FILES}/${name}`)).status, 409, name);
    }
    assert.equal(await readFile(target, 'utf8'), '{"secret": 1}');
  });
});

describe('POST /api/reload', () => {
  it('takes over what is on disk, and says so in answer, log and audit', async () => {
    const bed = await startAdminBed();
    await writeFile(join(bed.folder, 'directives_b.json'), directivesFile({ id: 9 }));
    const reload = (await bed.send('POST', '/api/reload')).read(reloadSchema);
    assert.deepEqual([reload.ok, reload.reason, reload.directives.added], [true, 'api', [9]]);
    assert.equal(bed.log.find('the configuration was loaded anew').length, 1);
    assert.equal(bed.audit[0]?.action, 'configuration.reload');
    assert.equal((await bed.send('POST', '/api/reload', { token: READER })).status, 403);
  });

  it('keeps the old configuration when one file is at fault, with every fault in answer, log and status', async () => {
    const bed = await startAdminBed();
    await writeFile(join(bed.folder, 'directives_a.json'), '{"directives": [{}, {}]}');
    const answer = await bed.send('POST', '/api/reload');
    assert.deepEqual([answer.status, answer.code], [422, 'unloadable']);
    const { problems } = problemsSchema.parse(JSON.parse(answer.text)).error;
    assert.ok(problems.length > 2);
    assert.equal(bed.log.find('configuration').length, problems.length);
    assert.deepEqual([...bed.engine.states.keys()], [1, 2]);
    assert.deepEqual([bed.service.lastReload.ok, bed.reloads.length], [false, 1]);
  });

  it('keeps the old one when the engine fails to take the new one over', async () => {
    const bed = await startAdminBed({ apply: () => Promise.reject(new Error('broken')) });
    assert.equal((await bed.send('POST', '/api/reload')).status, 422);
    assert.equal(bed.service.lastReload.ok, false);
  });

  it('runs one at a time', async () => {
    let running = 0;
    let most = 0;
    const bed = await startAdminBed({
      apply: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
        return {
          added: [],
          changed: [],
          removed: [],
          renamed: [],
          unchanged: 2,
          backlogsSetAside: 0,
        };
      },
    });
    const put = { body: ASSETS };
    await Promise.all([
      ...Array.from({ length: 5 }, () => bed.send('POST', '/api/reload')),
      ...Array.from({ length: 5 }, () => bed.send('PUT', `${FILES}/assets_a.json`, put)),
    ]);
    assert.equal(most, 1);
    assert.equal(bed.reloads.length, 10);
  });
});

describe("Dsiem's POST and DELETE /config", () => {
  let bed: AdminBed;
  before(async () => {
    bed = await startAdminBed();
  });

  it('answer as they did, and load the folder', async () => {
    const body = directivesFile({ id: 8 });
    const post = await bed.send('POST', '/config/directives_c.json', { body });
    assert.deepEqual([post.status, post.text], [201, '{"filename":"directives_c.json"}']);
    assert.deepEqual(bed.reloads.at(-1)?.directives.added, [8]);
    assert.deepEqual([bed.reloads.at(-1)?.reason, bed.reloads.at(-1)?.by], ['dsiem', 'ann']);
    assert.equal((await bed.send('DELETE', '/config/directives_c.json')).status, 200);
    assert.deepEqual(bed.reloads.at(-1)?.directives.removed, [8]);
  });

  it('write what is valid by itself even where the folder is not, and report the faults elsewhere', async () => {
    const post = await bed.send('POST', '/config/directives_d.json', {
      body: directivesFile({ id: 1 }),
    });
    assert.equal(post.status, 201);
    assert.equal(bed.service.lastReload.ok, false);
    assert.equal((await bed.send('DELETE', '/config/directives_d.json')).status, 200);
    assert.equal(bed.service.lastReload.ok, true);
    await rm(join(bed.folder, 'directives_d.json'), { force: true });
  });
});

describe('GET /api/schemas/:kind', () => {
  it('gives the JSON Schema of each kind of file, and 400 for others', async () => {
    const bed = await startAdminBed();
    for (const kind of ['directives', 'assets', 'intel', 'vuln']) {
      const schema = (await bed.send('GET', `/api/schemas/${kind}`)).read(z.looseObject({}));
      assert.equal(schema['type'], 'object');
    }
    assert.equal((await bed.send('GET', '/api/schemas/others')).status, 400);
  });
});
