import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isRecord, valueAt } from '../../config/json-value.ts';
import { startAdminBed } from '../support/admin-bed.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'api.md'), 'utf8');
const calls = [...page.matchAll(/^\$ curl -i (.*?)(?:localhost:8080)(\/[^\s'?]*)/gm)].map(
  ([, words = '', path = '']) => `${/-X (\w+)/.exec(words)?.[1] ?? 'GET'} ${path}`,
);

describe('docs/api.md', () => {
  it('has an example of every operation of the OpenAPI file', async () => {
    const bed = await startAdminBed();
    const document: unknown = JSON.parse((await bed.send('GET', '/api/openapi.json')).text);
    const paths = valueAt(document, ['paths']);
    const operations = Object.entries(isRecord(paths) ? paths : {}).flatMap(([path, item]) =>
      Object.keys(isRecord(item) ? item : {}).map((method) => ({ method, path })),
    );
    const missing = operations.filter(({ method, path }) => {
      const pattern = new RegExp(
        `^${method.toUpperCase()} ${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`,
      );
      return !calls.some((call) => pattern.test(call));
    });
    assert.deepEqual(missing, []);
    assert.ok(operations.length > 10);
  });
});
