// Damaged saved-backlog files (SPEC §10): they never stop a start, the others load, and what is unusable is kept aside.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { conformanceFolder } from '../conformance/conformance-folder.ts';
import { stopBalanced, type FinalLedger } from '../support/ledger-check.ts';
import { ATTACK_FILES, createAttackStream } from '../support/load-attacks.ts';
import { damagedBytes, damagedJson, swappedJson } from '../support/load-mutations.ts';
import { postEvents } from '../support/load-sender.ts';
import { makeTemporaryFolder, removeFolder } from '../support/temporary-folder.ts';
import { trials } from '../support/trials.ts';
import { startOrEnd } from './start-or-end.ts';

const REQUESTS = 20;
/** So long that the recorded backlogs are not over at once. */
const LIFETIME = '--min-alarm-lifetime=100000000';

type Files = ReadonlyMap<string, Buffer>;

const conformance = conformanceFolder();
const recorded = conformance === undefined ? undefined : join(conformance, 'wire', 'saved');
const configuration: Readonly<Record<string, unknown>> = {
  ...ATTACK_FILES,
  ...(recorded !== undefined && {
    'directives_recorded.json': readFileSync(join(recorded, 'directives.json'), 'utf8'),
  }),
};

describe('saved-backlog files that are damaged', () => {
  let good: Files = new Map();

  before(async () => {
    good = new Map([...(await saveOwnBacklogs()), ...readRecorded()]);
    assert.ok(good.size >= 4);
    const { outcome } = await startWith(good);
    for (const [name, bytes] of good) assert.equal(outcome(name).loaded, countEntries(bytes), name);
  });

  it('are kept aside as far as they cannot be used, and the others load', async () => {
    const damages = fc.nat().chain((pick) => {
      const [name, bytes] = pickFile(good, pick);
      const value: unknown = JSON.parse(bytes.toString());
      const contents: fc.Arbitrary<Buffer> = fc.oneof(
        damagedBytes(bytes),
        damagedJson(value).map((text) => Buffer.from(text)),
        damagedJson(value).map((text) => Buffer.from(text)),
        swappedJson(value).map((text) => Buffer.from(text)),
        fc.constantFrom('', 'null', '{}', '[', '[null]', '[[]]').map((text) => Buffer.from(text)),
      );
      return contents.map((content): [string, Buffer] => [name, content]);
    });
    await fc.assert(
      fc.asyncProperty(fc.array(damages, { minLength: 1, maxLength: 4 }), async (list) => {
        const damaged = new Map(list);
        const { outcome, ledger } = await startWith(new Map([...good, ...damaged]));
        let certain = 0;
        for (const [name, bytes] of good) {
          const { loaded, asideEntries, asideFiles } = outcome(name);
          const content = damaged.get(name);
          if (content === undefined) {
            assert.equal(loaded, countEntries(bytes), name);
            certain += loaded;
          } else if (asideFiles.some((file) => file.equals(content))) {
            assert.equal(loaded, 0);
          } else {
            assert.equal(loaded + asideEntries, countEntries(content), name);
          }
        }
        assert.ok(ledger.backlogs >= certain, 'backlogs of other files were not saved again');
      }),
      { numRuns: trials(100), endOnFailure: true },
    );
  });

  it('are kept aside when they are folders, pipes, links or far too large', async () => {
    const makers = Object.entries(ODD_ENTRIES);
    const ids = [1001, 1002, 1003, 9001, 9002, 9003];
    const names = makers.flatMap((_, index) => [
      `${String(ids[index])}.json`,
      `odd-${String(index)}.json`,
    ]);
    const rest = new Map([...good].filter(([name]) => !names.includes(name)));
    assert.ok(rest.size > 0);
    const { outcome } = await startWith(rest, (folder) => {
      for (const [index, name] of names.entries()) {
        makers[Math.floor(index / 2)]?.[1](join(folder, name));
      }
    });
    for (const [name, bytes] of rest) assert.equal(outcome(name).loaded, countEntries(bytes));
    for (const name of names) assert.equal(outcome(name).asideNames.length, 1, name);
  });
});

/** What a directory may hold under the name of a file with backlogs. */
const ODD_ENTRIES: Readonly<Record<string, (path: string) => void>> = {
  'a folder': (path) => {
    mkdirSync(path);
  },
  'a link to itself': (path) => {
    symlinkSync(path, path);
  },
  'a named pipe': (path) => execFileSync('mkfifo', [path]),
  '10 MB of blanks': (path) => {
    writeFileSync(path, Buffer.alloc(10_000_000, ' '));
  },
  '10 MB of nested arrays': (path) => {
    writeFileSync(path, Buffer.alloc(10_000_000, '['));
  },
  '20,000 backlogs that are none': (path) => {
    writeFileSync(path, JSON.stringify(Array.from({ length: 20_000 }, () => ({}))));
  },
};

interface Outcome {
  readonly loaded: number;
  readonly asideNames: readonly string[];
  readonly asideFiles: readonly Buffer[];
  readonly asideEntries: number;
}

/** Starts on these backlog files and stops again: what became of each file, and the end. */
async function startWith(
  files: Files,
  change: (folder: string) => void = () => undefined,
): Promise<{ readonly outcome: (name: string) => Outcome; readonly ledger: FinalLedger }> {
  const { configDir, logDir, backlogs } = makeFolders();
  for (const [name, bytes] of files) writeFileSync(join(backlogs, name), bytes);
  change(backlogs);
  const started = await startOrEnd({ configDir, logDir, options: [LIFETIME] });
  assert.ok(started.kind === 'running', started.kind === 'ended' ? started.log : '');
  try {
    const left = readdirSync(backlogs).filter((name) => name !== 'aside');
    assert.deepEqual(left, []);
    assert.equal(await postEvents(started.port, createAttackStream(9)()), 200);
    const ledger = await stopBalanced(started.group);
    const aside = readAside(join(backlogs, 'aside'));
    return { outcome: (name) => outcomeOf(name, aside, ledger), ledger };
  } finally {
    await started.group.stop('SIGKILL');
    removeFolder(configDir);
    removeFolder(logDir);
  }
}

function outcomeOf(name: string, aside: Files, { lines }: FinalLedger): Outcome {
  const base = name.slice(0, -'.json'.length);
  const own = [...aside].filter(([file]) => file === name || file.startsWith(`${base}.`));
  const loaded = lines
    .filter(({ fields }) => fields.message === 'saved backlogs go on')
    .filter(({ fields }) => String(fields['directive']) === base)
    .reduce((sum, { fields }) => sum + Number(fields['backlogs']), 0);
  const asideFiles = own.map(([, bytes]) => bytes);
  return {
    loaded,
    asideNames: own.map(([file]) => file),
    asideFiles,
    asideEntries: asideFiles.reduce((sum, bytes) => sum + countEntries(bytes), 0),
  };
}

/** The files kept aside; what is no regular file counts as empty. */
function readAside(folder: string): Files {
  if (!existsSync(folder)) return new Map();
  return new Map(
    readdirSync(folder, { withFileTypes: true }).map((entry) => [
      entry.name,
      entry.isFile() ? readFileSync(join(folder, entry.name)) : Buffer.alloc(0),
    ]),
  );
}

async function saveOwnBacklogs(): Promise<Files> {
  const { configDir, logDir, backlogs } = makeFolders();
  const started = await startOrEnd({ configDir, logDir });
  assert.ok(started.kind === 'running', started.kind);
  const next = createAttackStream(0);
  for (let count = 0; count < REQUESTS; count += 1) {
    assert.equal(await postEvents(started.port, next()), 200);
  }
  await stopBalanced(started.group);
  const files = readFolder(backlogs);
  removeFolder(configDir);
  removeFolder(logDir);
  return files;
}

function readRecorded(): Files {
  if (recorded === undefined) return new Map();
  return new Map([...readFolder(recorded)].filter(([name]) => /^\d+\.json$/.test(name)));
}

function readFolder(folder: string): Files {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name))]));
}

function makeFolders(): { configDir: string; logDir: string; backlogs: string } {
  const configDir = makeTemporaryFolder('config');
  const logDir = makeTemporaryFolder('logs');
  for (const [name, content] of Object.entries(configuration)) {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(join(configDir, name), text);
  }
  const backlogs = join(logDir, 'backlogs');
  mkdirSync(backlogs);
  return { configDir, logDir, backlogs };
}

function pickFile(files: Files, pick: number): [string, Buffer] {
  const entry = [...files][pick % files.size];
  if (entry === undefined) throw new Error('there is no file');
  return entry;
}

/** The elements of the JSON array in a file, 0 when it holds none. */
function countEntries(bytes: Buffer): number {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return Array.isArray(value) ? value.length : 0;
  } catch {
    return 0;
  }
}
