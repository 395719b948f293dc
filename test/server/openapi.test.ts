import { Validator } from '@seriousme/openapi-schema-validator';
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { isList, isRecord, valueAt } from '../../config/json-value.ts';
import { READER, type AdminBed } from '../support/admin-bed.ts';
import { createAlarmBench, serveAlarms } from '../support/alarm-bench.ts';

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

/** Every operation that the document names: `get /api/status`. */
function operationsOf(document: unknown): string[] {
  const paths = valueAt(document, ['paths']);
  if (!isRecord(paths)) return [];
  return Object.entries(paths).flatMap(([path, item]) =>
    isRecord(item) ? Object.keys(item).map((method) => `${method} ${path}`) : [],
  );
}

function referencesIn(value: unknown): string[] {
  if (isList(value)) return value.flatMap(referencesIn);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === '$ref' && typeof item === 'string' ? [item] : referencesIn(item),
  );
}

describe('/api/openapi.json', () => {
  let bed: AdminBed;
  let document: unknown;
  before(async () => {
    bed = await serveAlarms(createAlarmBench());
    document = JSON.parse((await bed.send('GET', '/api/openapi.json', { token: READER })).text);
  });

  it('is valid OpenAPI 3.1', async () => {
    assert.ok(isRecord(document));
    const result = await new Validator().validate({ ...document });
    assert.deepEqual(result, { valid: true });
    assert.equal(valueAt(document, ['openapi']), '3.1.0');
  });

  it('refers only to what it holds', () => {
    const references = new Set(referencesIn(document));
    assert.ok(references.size > 10);
    for (const reference of references) {
      const found = valueAt(document, reference.replace('#/', '').split('/'));
      assert.ok(found !== undefined, reference);
    }
  });

  it('names the operations that the server has', () => {
    assert.deepEqual(operationsOf(document).sort(), [
      'delete /api/alarms/{id}',
      'delete /api/backlogs/{id}',
      'delete /api/configuration/files/{name}',
      'delete /api/session',
      'get /api/alarms',
      'get /api/alarms/export',
      'get /api/alarms/facets',
      'get /api/alarms/statistics',
      'get /api/alarms/{id}',
      'get /api/alarms/{id}/events',
      'get /api/backlogs',
      'get /api/backlogs/{id}',
      'get /api/configuration/files',
      'get /api/configuration/files/{name}',
      'get /api/directives',
      'get /api/directives/{id}',
      'get /api/openapi.json',
      'get /api/options',
      'get /api/schemas/{kind}',
      'get /api/session',
      'get /api/status',
      'patch /api/alarms/{id}',
      'post /api/alarms/changes',
      'post /api/alarms/changes/selection',
      'post /api/alarms/{id}/comments',
      'post /api/alarms/{id}/look',
      'post /api/alarms/{id}/restore',
      'post /api/configuration/files/{name}/check',
      'post /api/reload',
      'post /api/session',
      'post /api/session/codes',
      'put /api/configuration/files/{name}',
      'put /api/directives/{id}/enabled',
    ]);
  });

  it('names every method that a path answers, and none besides', async () => {
    const named = new Set(operationsOf(document));
    const paths = new Set([...named].map((operation) => operation.split(' ')[1] ?? ''));
    for (const path of paths) {
      for (const method of METHODS) {
        const filled = path.replace('{id}', '99').replace('{name}', 'assets_none.json');
        const { status } = await bed.send(method.toUpperCase(), filled.replace('{kind}', 'assets'));
        assert.equal(status !== 405, named.has(`${method} ${path}`), `${method} ${path}`);
      }
    }
  });
});
