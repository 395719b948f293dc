// Damaged configuration folders: the product starts, or it names the faults and exits with code 2. It never crashes.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import { assertNoErrors, parseLog, stopBalanced } from '../support/ledger-check.ts';
import { ATTACK_FILES, createAttackStream } from '../support/load-attacks.ts';
import { damagedBytes, damagedJson, swappedJson } from '../support/load-mutations.ts';
import { postEvents } from '../support/load-sender.ts';
import { makeTemporaryFolder, removeFolder } from '../support/temporary-folder.ts';
import { trials } from '../support/trials.ts';
import { startOrEnd } from './start-or-end.ts';

const FILES: Readonly<Record<string, unknown>> = {
  ...ATTACK_FILES,
  'directives_more.json': {
    directives: [
      {
        ...{ id: 5, name: 'Deny', kingdom: 'k', category: 'c', priority: 5 },
        rules: [
          taxonomyRule(1, { to: 'HOME_NET', port_to: '!22,1024', custom_data1: 'a,!b' }),
          taxonomyRule(2, { from: ':1', to: '10.0.0.0/8,!10.1.0.0/16,fd00::/8', protocol: ':1' }),
        ],
      },
    ],
  },
  'intel_wise.json': {
    intel_sources: [
      {
        ...{ name: 'wise', type: 'IP', plugin: 'Wise', enabled: true },
        config: '{"url":"http://127.0.0.1:9/ip/${ip}"}',
      },
    ],
  },
  'vuln_nesd.json': {
    vuln_sources: [
      {
        ...{ name: 'nesd', type: 'IP-Port', plugin: 'Nesd', enabled: true },
        config: '{"url":"http://127.0.0.1:9/?ip=${ip}&port=${port}"}',
      },
    ],
  },
};

interface Damage {
  readonly file: string;
  readonly content: string | Uint8Array;
}

const damage: fc.Arbitrary<Damage> = fc.constantFrom(...Object.keys(FILES)).chain((file) => {
  const good = FILES[file];
  const contents = fc.oneof(
    damagedJson(good),
    swappedJson(good),
    swappedJson(good),
    damagedBytes(Buffer.from(JSON.stringify(good))),
    fc.constantFrom('', 'null', '[]', '{}', '{"directives":{}}', '{"assets":[]}'),
  );
  return contents.map((content) => ({ file, content }));
});

test('the configuration that the damage is done to starts the product', async () => {
  assert.equal((await tryFolder(FILES)).kind, 'running');
});

test('a damaged configuration folder starts the product or is reported with exit code 2', async (t) => {
  const outcomes = { running: 0, ended: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 2 }), async (damages) => {
      const files: Record<string, unknown> = { ...FILES };
      for (const { file, content } of damages) files[file] = content;
      outcomes[(await tryFolder(files)).kind] += 1;
    }),
    { numRuns: trials(150), endOnFailure: true },
  );
  t.diagnostic(JSON.stringify(outcomes));
});

const ODD_ENTRIES: Readonly<Record<string, (path: string) => void>> = {
  'a folder': (path) => {
    mkdirSync(path);
  },
  'a link to nothing': (path) => {
    symlinkSync(`${path}.nothing`, path);
  },
  'a link to itself': (path) => {
    symlinkSync(path, path);
  },
  'a named pipe': (path) => execFileSync('mkfifo', [path]),
  'a file of 5 MB of blanks': (path) => {
    writeFileSync(path, Buffer.alloc(5_000_000, ' '));
  },
};

test('every entry of the folder that is no readable file is reported', async () => {
  const names = Object.keys(ODD_ENTRIES).map((_, index) => `directives_odd${String(index)}.json`);
  const { kind, log } = await tryFolder(FILES, (folder) => {
    for (const [index, make] of Object.values(ODD_ENTRIES).entries()) {
      make(join(folder, `directives_odd${String(index)}.json`));
    }
  });
  assert.equal(kind, 'ended');
  for (const name of names) assert.ok(log.includes(name), log);
});

describe('the configuration folder', () => {
  it('is a fault with exit code 2 when it is a file', async () => {
    const folder = makeTemporaryFolder('config');
    const configDir = join(folder, 'file');
    writeFileSync(configDir, '');
    const started = await startOrEnd({ configDir, logDir: join(folder, 'logs') });
    if (started.kind === 'running') await started.group.stop('SIGKILL');
    assert.equal(started.kind, 'ended');
    assertFaults(started);
    removeFolder(folder);
  });
});

/** Starts the product on these files and asserts that it runs well, or ends as it should. */
async function tryFolder(
  files: Readonly<Record<string, unknown>>,
  change: (folder: string) => void = () => undefined,
): Promise<{ readonly kind: 'running' | 'ended'; readonly log: string }> {
  const configDir = makeTemporaryFolder('config');
  const logDir = makeTemporaryFolder('logs');
  for (const [name, content] of Object.entries(files)) {
    const isRaw = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(join(configDir, name), isRaw ? content : JSON.stringify(content));
  }
  change(configDir);
  const started = await startOrEnd({ configDir, logDir });
  try {
    if (started.kind === 'ended') {
      assertFaults(started);
    } else {
      assert.equal(await postEvents(started.port, createAttackStream(1)()), 200);
      await stopBalanced(started.group, 'SIGTERM', { errors: ['a source fails'] });
    }
    return { kind: started.kind, log: started.kind === 'ended' ? started.log : '' };
  } finally {
    if (started.kind === 'running') await started.group.stop('SIGKILL');
    removeFolder(configDir);
    removeFolder(logDir);
  }
}

function assertFaults({ ending, log }: { readonly ending: unknown; readonly log: string }): void {
  assert.deepEqual(ending, { code: 2, signal: null }, log.slice(-3000));
  const lines = parseLog(log);
  assertNoErrors(lines, ['configuration', 'the configuration cannot be loaded']);
  const errors = lines.filter(({ level }) => level === 'ERROR');
  assert.ok(errors.length >= 2, log);
  assert.doesNotMatch(JSON.stringify(errors), /\\n\s+at /, 'a stack trace');
}

function taxonomyRule(
  stage: number,
  changes: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return {
    ...{ name: `stage ${String(stage)}`, type: 'TaxonomyRule', stage, occurrence: 1 },
    ...{ product: ['Firewall'], category: 'Deny', from: 'ANY', to: 'ANY', protocol: 'TCP' },
    ...{ reliability: 5, timeout: 600, ...changes },
  };
}
