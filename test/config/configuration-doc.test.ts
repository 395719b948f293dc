import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { OPTION_NAMES, OPTION_TABLE } from '../../config/option-table.ts';
import { configurationDocument } from '../../scripts/write-configuration-doc.ts';

describe('docs/configuration.md', () => {
  const path = join(import.meta.dirname, '..', '..', 'docs', 'configuration.md');

  it('is what the option table says (run: node --import tsx scripts/write-configuration-doc.ts)', () => {
    assert.equal(readFileSync(path, 'utf8'), configurationDocument());
  });

  it('names every option and its variable', () => {
    const text = configurationDocument();
    for (const name of OPTION_NAMES) {
      const { flag, variable } = OPTION_TABLE[name];
      assert.ok(text.includes(`\`--${flag}\``), flag);
      assert.ok(text.includes(`\`${variable}\``), variable);
    }
  });
});

describe('the option table', () => {
  it('uses no flag, short flag or variable twice', () => {
    const rows = OPTION_NAMES.map((name) => OPTION_TABLE[name]);
    const spellings = rows.flatMap(
      ({ flag, short, olderFlags = [], variable, olderVariables = [] }) => [
        flag,
        ...(short === undefined ? [] : [short]),
        ...olderFlags,
        variable,
        ...olderVariables,
      ],
    );
    assert.equal(new Set(spellings).size, spellings.length);
  });
});
