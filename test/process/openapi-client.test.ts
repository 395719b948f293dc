import { Validator } from '@seriousme/openapi-schema-validator';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { isRecord } from '../../config/json-value.ts';
import { SCHEMATHESIS } from '../../scripts/tools.ts';
import { ASSETS, directivesFile } from '../support/admin-bed.ts';
import { startProduct, type Product } from '../support/process.ts';
import { skipWithoutSchemathesis } from '../support/required-tool.ts';

describe('a started product', { skip: skipWithoutSchemathesis() }, () => {
  let product: Product;
  before(async () => {
    product = await startProduct({
      files: { 'assets_a.json': ASSETS, 'directives_a.json': directivesFile({ id: 1 }, { id: 2 }) },
      options: ['--writable-config'],
    });
  });
  after(() => product.dispose());

  it('gives a valid OpenAPI file of all its routes', async () => {
    const document: unknown = await (await fetch(`${product.url}/api/openapi.json`)).json();
    assert.ok(isRecord(document));
    assert.deepEqual(await new Validator().validate({ ...document }), { valid: true });
    const paths = Object.keys(isRecord(document['paths']) ? document['paths'] : {});
    for (const path of ['/api/alarms', '/api/status']) assert.ok(paths.includes(path), path);
  });

  it('answers whatever a client makes of the OpenAPI file as the file says', async () => {
    const token = readFileSync(join(product.logDir, 'admin-token'), 'utf8').trim();
    const client = spawn(
      SCHEMATHESIS,
      [
        ...['run', `${product.url}/api/openapi.json`, '-H', `Authorization: Bearer ${token}`],
        ...['--checks', CHECKS.join(','), '--max-examples', '15', '--seed', '1'],
        ...['--phases', 'examples,coverage,fuzzing', '--no-color'],
      ],
      { cwd: product.logDir, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const ended = once(client, 'close');
    const [output, errors] = await Promise.all([text(client.stdout), text(client.stderr)]);
    await ended;
    assert.equal(client.exitCode, 0, output + errors);
    assert.equal((await fetch(`${product.url}/healthz`)).status, 200);
    assert.deepEqual(await product.stop(), { code: 0, signal: null });
  });
});

const CHECKS = [
  ...['not_a_server_error', 'status_code_conformance', 'content_type_conformance'],
  ...['response_schema_conformance', 'response_headers_conformance'],
  // A request that fits its schema may still be refused: a cursor of another list, a file that cannot be loaded.
  ...['negative_data_rejection', 'unsupported_method'],
];
