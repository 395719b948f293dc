import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import {
  directiveListSchema,
  directiveRowSchema,
  directiveSchema,
} from '../../../server/schemas/directive.ts';
import {
  ASSETS,
  directivesFile,
  READER,
  startAdminBed,
  type AdminBed,
} from '../../support/admin-bed.ts';
import { createDirectiveText } from '../../support/directive-text.ts';
import { createDirectiveState } from '../../support/fake-engine-admin.ts';

describe('/api/directives', () => {
  let bed: AdminBed;
  before(async () => {
    bed = await startAdminBed({
      files: {
        'assets_a.json': ASSETS,
        'directives_a.json': directivesFile(
          { id: 1, name: 'Brute force' },
          { id: 2, name: 'Port scan' },
          { id: 3, name: 'Old one', disabled: true },
        ),
        'directives_b.json': directivesFile({ id: 10, name: 'Brute scan' }),
      },
    });
    const counts = { matched: 7, backlogs: 2, backlogsByStage: [0, 2], lastMatched: 50 };
    bed.engine.states.set(2, createDirectiveState(2, { name: 'Port scan', ...counts }));
    bed.engine.states.set(10, createDirectiveState(10, { matched: 1, lastMatched: 60 }));
  });

  async function list(query: string): Promise<number[]> {
    const answer = await bed.send('GET', `/api/directives${query}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.read(directiveListSchema).directives.map(({ id }) => id);
  }

  it('comes in pages by id, each directive once, with its stages and whose events it is about', async () => {
    const ids: number[] = [];
    let next: string | null = '';
    while (next !== null) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`;
      const answer = await bed.send('GET', `/api/directives?limit=3${cursor}`);
      const page = answer.read(directiveListSchema);
      assert.equal(page.total, 4);
      ids.push(...page.directives.map(({ id }) => id));
      for (const { stages, sources } of page.directives) {
        assert.deepEqual([stages, sources], [2, ['1']]);
      }
      next = page.next;
    }
    assert.deepEqual(ids, [1, 2, 3, 10]);
  });

  const lists: readonly (readonly [query: string, ids: number[]])[] = [
    ['', [1, 2, 3, 10]],
    ['?q=BRUTE', [1, 10]],
    ['?q=10', [10]],
    ['?q=none', []],
    ['?file=directives_b.json', [10]],
    ['?state=on', [1, 2, 10]],
    ['?state=disabled', [3]],
    ['?state=live', [2]],
    ['?sort=-matched', [2, 10, 1, 3]],
    ['?sort=-last_matched', [10, 2, 1, 3]],
    ['?sort=name', [1, 10, 3, 2]],
    ['?sort=-id&limit=2', [10, 3]],
  ];
  for (const [query, ids] of lists) {
    it(`lists ${JSON.stringify(ids)} for "${query}"`, async () => {
      assert.deepEqual(await list(query), ids);
    });
  }

  it('gives every directive once in pages of any sort', async () => {
    for (const sort of ['id', '-name', '-matched', 'backlogs', '-last_matched']) {
      const ids: number[] = [];
      let next: string | null = '';
      while (next !== null) {
        const cursor: string = next === '' ? '' : `&cursor=${next}`;
        const answer = await bed.send('GET', `/api/directives?limit=1&sort=${sort}${cursor}`);
        const page = answer.read(directiveListSchema);
        assert.equal(page.total, 4);
        ids.push(...page.directives.map(({ id }) => id));
        next = page.next;
      }
      assert.deepEqual(
        ids.toSorted((left, right) => left - right),
        [1, 2, 3, 10],
      );
    }
  });

  it('shows what a directive has done', async () => {
    const answer = await bed.send('GET', '/api/directives?q=2&state=live');
    const [row] = answer.read(directiveListSchema).directives;
    const { matched, backlogs, backlogs_by_stage, last_matched } = row ?? {};
    assert.deepEqual([matched, backlogs, backlogs_by_stage, last_matched], [7, 2, [0, 2], 50]);
  });

  const refused: readonly (readonly [query: string, field: string])[] = [
    ['?limit=0', 'limit'],
    ['?limit=1001', 'limit'],
    ['?limit=x', 'limit'],
    ['?limit=1&limit=2', 'limit'],
    ['?state=dead', 'state'],
    ['?sort=secret', 'sort'],
    ['?nothing=1', 'nothing'],
  ];
  for (const [query, field] of refused) {
    it(`answers 400 and names ${field} for ${query}`, async () => {
      const answer = await bed.send('GET', `/api/directives${query}`);
      assert.equal(answer.status, 400);
      assert.equal(answer.code, 'invalid_request');
      assert.match(answer.text, new RegExp(field));
    });
  }

  it('refuses cursors of other lists and texts that are none', async () => {
    const first = await bed.send('GET', '/api/directives?limit=1&sort=name');
    const next = first.read(directiveListSchema).next ?? '';
    for (const query of [`?sort=-name&cursor=${next}`, '?cursor=x', '?cursor=%7B%7D']) {
      assert.equal((await bed.send('GET', `/api/directives${query}`)).code, 'invalid_cursor');
    }
  });

  it('shows the text of a directive exactly as its file writes it, and its line', async () => {
    const answer = await bed.send('GET', '/api/directives/2');
    const shown = answer.read(directiveSchema);
    const second = createDirectiveText({ id: 2, name: 'Port scan' });
    assert.deepEqual(JSON.parse(shown.source), second);
    assert.equal(shown.source_as_written, true);
    assert.ok((shown.line ?? 0) > 2);
    assert.equal(shown.source.split('\n').length > 5, true);
  });

  it('shows what a directive says of itself, and null or nothing where it is silent', async () => {
    const notes = {
      ...{ description: 'Guessing.', runbook: 'https://wiki.example.org/guessing' },
      ...{ false_positives: ['a scanner'], attack: ['T1110.001', 'TA0006'] },
    };
    const files = {
      'assets_a.json': ASSETS,
      'directives_a.json': directivesFile({ id: 1, ...notes }, { id: 2 }),
    };
    const other = await startAdminBed({ files });
    const shown = async (id: number): Promise<unknown> => {
      const answer = await other.send('GET', `/api/directives/${String(id)}`);
      const { description, runbook, false_positives, attack } = answer.read(directiveSchema);
      return { description, runbook, false_positives, attack };
    };
    assert.deepEqual(await shown(1), notes);
    const silent = { description: null, runbook: null, false_positives: [], attack: [] };
    assert.deepEqual(await shown(2), silent);
  });

  it('shows what is loaded when the file has changed since', async () => {
    const other = await startAdminBed();
    await writeFile(join(other.folder, 'directives_a.json'), '{');
    const shown = (await other.send('GET', '/api/directives/1')).read(directiveSchema);
    assert.equal(shown.source_as_written, false);
    assert.equal(shown.line, null);
    assert.match(shown.source, /"id": 1,/);
  });

  it('warns of a disabled directive', async () => {
    const shown = (await bed.send('GET', '/api/directives/3')).read(directiveSchema);
    assert.deepEqual([shown.disabled, shown.enabled, shown.warnings], [true, false, 1]);
    assert.match(shown.warning_list[0]?.text ?? '', /is disabled/);
  });

  it('answers 404 for an id that no directive has, 400 for one that is none', async () => {
    assert.equal((await bed.send('GET', '/api/directives/99')).status, 404);
    assert.equal((await bed.send('GET', '/api/directives/0')).status, 400);
    assert.equal((await bed.send('GET', '/api/directives/abc')).status, 400);
  });
});

describe('PUT /api/directives/:id/enabled', () => {
  let bed: AdminBed;
  before(async () => {
    const disabled = directivesFile({ id: 3, disabled: true });
    bed = await startAdminBed({
      files: {
        'assets_a.json': ASSETS,
        'directives_a.json': directivesFile({ id: 1 }),
        'directives_b.json': disabled,
      },
    });
  });

  it('turns a directive off and on again, keeps that, and writes who did it', async () => {
    const off = await bed.send('PUT', '/api/directives/1/enabled', { body: { enabled: false } });
    const row = off.read(directiveRowSchema);
    assert.deepEqual([row.enabled, row.off], [false, { since: 5000, by: 'ann' }]);
    assert.equal(bed.engine.states.get(1)?.off?.by, 'ann');
    assert.deepEqual(bed.kept.directives, [{ id: 1, since: 5000, by: 'ann' }]);
    const on = await bed.send('PUT', '/api/directives/1/enabled', { body: { enabled: true } });
    assert.equal(on.read(directiveRowSchema).enabled, true);
    assert.deepEqual(bed.kept.directives, []);
    assert.deepEqual(
      bed.audit.map(({ who, action, what, before: was, after: is }) => [
        who,
        action,
        what,
        was,
        is,
      ]),
      [
        ['ann', 'directive.off', '1', { enabled: true }, { enabled: false }],
        ['ann', 'directive.on', '1', { enabled: false }, { enabled: true }],
      ],
    );
  });

  const refusals: readonly (readonly [string, unknown, number, string])[] = [
    ['/api/directives/3/enabled', { enabled: true }, 409, 'disabled_in_file'],
    ['/api/directives/99/enabled', { enabled: true }, 404, 'not_found'],
    ['/api/directives/1/enabled', { enabled: 'no' }, 400, 'invalid_request'],
    ['/api/directives/1/enabled', { enabled: true, x: 1 }, 400, 'invalid_request'],
    ['/api/directives/1/enabled', {}, 400, 'invalid_request'],
    ['/api/directives/1/enabled', '{', 400, 'malformed_json'],
    ['/api/directives/1/enabled', '['.repeat(100), 400, 'too_deep'],
    ['/api/directives/1/enabled', '', 400, 'invalid_request'],
  ];
  for (const [path, body, status, code] of refusals) {
    it(`answers ${String(status)} ${code} to ${JSON.stringify(body).slice(0, 20)} at ${path}`, async () => {
      const answer = await bed.send('PUT', path, { body });
      assert.deepEqual([answer.status, answer.code], [status, code]);
    });
  }

  it('takes JSON only, of a bounded size, and from administrators', async () => {
    const path = '/api/directives/1/enabled';
    const headers = { 'content-type': 'text/plain' };
    const body = { enabled: true };
    assert.equal((await bed.send('PUT', path, { body, headers })).status, 415);
    const large = JSON.stringify({ enabled: true, x: 'x'.repeat(1024 * 1024) });
    assert.equal((await bed.send('PUT', path, { body: large })).status, 413);
    assert.equal((await bed.send('PUT', path, { body, token: READER })).status, 403);
  });
});
