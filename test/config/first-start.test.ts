import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { provideStarterConfiguration } from '../../config/first-start.ts';
import { readConfiguration } from '../../config/read-configuration.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { checkBuiltInSource } from '../support/source-check.ts';

const starter = join(import.meta.dirname, '..', '..', 'config', 'starter');
const names = ['assets_starter.json', 'directives_starter.json'];

describe('the first start', () => {
  it('makes a missing folder and copies a starter set that loads without a warning', async () => {
    const folder = join(makeTemporaryFolder('first'), 'a', 'configs');
    assert.deepEqual(await provideStarterConfiguration(folder, starter), names);
    const { configuration, warnings } = await readConfiguration(folder, checkBuiltInSource);
    assert.equal(configuration?.directives.length, 13);
    assert.deepEqual(warnings, []);
  });

  it('copies into a folder that has no *.json, and not a second time', async () => {
    const folder = makeTemporaryFolder('first');
    mkdirSync(join(folder, 'lost+found'));
    assert.deepEqual(await provideStarterConfiguration(folder, starter), names);
    assert.deepEqual(await provideStarterConfiguration(folder, starter), []);
  });

  it('leaves a folder alone that has any *.json', async () => {
    const folder = makeTemporaryFolder('first');
    writeFileSync(join(folder, 'assets_mine.json'), '{}');
    assert.deepEqual(await provideStarterConfiguration(folder, starter), []);
    assert.deepEqual(readdirSync(folder), ['assets_mine.json']);
  });
});
