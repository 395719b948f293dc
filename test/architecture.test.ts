import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import ts from 'typescript';
import { findForbiddenImports, readImportRules } from './support/import-rules.ts';
import {
  listTopFolders,
  parseSourceFile,
  readSourceFiles,
  visit,
  type SourceFile,
} from './support/source-file.ts';

const root = join(import.meta.dirname, '..');
const rules = readImportRules(join(root, 'scripts', 'import-rules.json'));
const files = readSourceFiles(root);
const MAX_LINES = 300;
const LENGTH_EXEMPT = /^(test|bench)\//;
const NAMELESS = /(^|[/.-])(utils?|helpers?|common|types)\.tsx?$/;
// Written in two halves, so that this file does not find itself.
const LEFT_OPEN = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME'].join('|')})\\b`);

describe('the folders', () => {
  it('import only what the table of scripts/import-rules.json allows', () => {
    assert.deepEqual(
      files.flatMap((file) => findForbiddenImports(file, rules)),
      [],
    );
  });

  it('import only files that exist', () => {
    const missing = files.flatMap((file) =>
      file.imports
        .filter(({ file: target }) => target !== null && !existsSync(join(root, target)))
        .map(({ specifier }) => `${file.path} imports ${specifier}`),
    );
    assert.deepEqual(missing, []);
  });

  it('have no import cycles, not even of types', () => {
    assert.deepEqual(findCycles(files), []);
  });

  it('are each named in ARCHITECTURE.md', () => {
    const path = join(root, 'ARCHITECTURE.md');
    assert.ok(existsSync(path), 'ARCHITECTURE.md is missing');
    const page = readFileSync(path, 'utf8');
    const unnamed = listTopFolders(root).filter((folder) => !page.includes(`${folder}/`));
    assert.deepEqual(unnamed, [], 'folders that ARCHITECTURE.md does not name');
  });
});

describe('core/', () => {
  it('reads no clock, draws no chance, awaits nothing and names no platform', () => {
    const impure = files
      .filter(({ path }) => path.startsWith('core/'))
      .flatMap((file) => findImpurities(file));
    assert.deepEqual(impure, []);
  });
});

describe('source files', () => {
  it(`have at most ${String(MAX_LINES)} lines outside test/ and bench/`, () => {
    const long = files
      .filter(({ path }) => !LENGTH_EXEMPT.test(path))
      .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > MAX_LINES);
    assert.deepEqual(long, []);
  });

  it('leave no work marked as open', () => {
    assert.deepEqual(
      files.filter(({ text }) => LEFT_OPEN.test(text)).map(({ path }) => path),
      [],
    );
  });

  it('are named after what they hold', () => {
    assert.deepEqual(
      files.filter(({ path }) => NAMELESS.test(path)).map(({ path }) => path),
      [],
    );
  });
});

describe('these checks', () => {
  const cases: { name: string; path: string; text: string; forbidden: string[] }[] = [
    {
      name: 'a value from a folder that may give types only',
      path: 'server/x.ts',
      text: "import { y } from '../actors/engine-port.ts';",
      forbidden: ['server/x.ts imports ../actors/engine-port.ts'],
    },
    {
      name: 'a type from there',
      path: 'server/x.ts',
      text: "import type { Y } from '../actors/engine-port.ts';",
      forbidden: [],
    },
    {
      name: 'a type from another file of that folder',
      path: 'server/routes/x.ts',
      text: "import { type Y } from '../../actors/supervisor.ts';",
      forbidden: ['server/routes/x.ts imports types of ../../actors/supervisor.ts'],
    },
    {
      name: 'nact outside actors/ and app/',
      path: 'state/x.ts',
      text: "export const y = import('nact');",
      forbidden: ['state/x.ts imports nact'],
    },
    {
      name: 'a deep path of an allowed package',
      path: 'config/x.ts',
      text: "import { readFile } from 'node:fs/promises';",
      forbidden: [],
    },
    {
      name: 'app/ from any folder of the table',
      path: 'actors/x.ts',
      text: "import type { Y } from '../app/main.ts';",
      forbidden: ['actors/x.ts imports types of ../app/main.ts'],
    },
    {
      name: 'a folder that the table does not know',
      path: 'misc/x.ts',
      text: '',
      forbidden: ['misc/x.ts: the folder misc/ is not in the table'],
    },
  ];
  for (const { name, path, text, forbidden } of cases) {
    it(`judge ${name}`, () => {
      assert.deepEqual(findForbiddenImports(parseSourceFile(path, text), rules), forbidden);
    });
  }

  it('see a cycle of types', () => {
    const cycle = [
      parseSourceFile('core/a.ts', "import type { B } from './b.ts';"),
      parseSourceFile('core/b.ts', "export type { A } from './a.ts';"),
    ];
    assert.deepEqual(findCycles(cycle), ['core/a.ts → core/b.ts → core/a.ts']);
  });

  it('see every impurity', () => {
    const text = [
      'const now = Date.now();',
      'const today = new Date();',
      'const chance = Math.random();',
      'setTimeout(f, 1);',
      'async function later(): Promise<void> {}',
      'const home = process.env;',
    ].join('\n');
    const found = findImpurities(parseSourceFile('core/x.ts', text)).map((line) =>
      line.replace(/^core\/x\.ts:\d+: /, ''),
    );
    assert.deepEqual(found, [
      'Date.now',
      'new Date()',
      'Math.random',
      'setTimeout',
      'async',
      'Promise',
      'process',
    ]);
  });
});

function findCycles(sources: readonly SourceFile[]): string[] {
  const byPath = new Map(sources.map((file) => [file.path, file]));
  const finished = new Set<string>();
  const trail: string[] = [];
  const cycles: string[] = [];
  const follow = (path: string): void => {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push([...trail.slice(start), path].join(' → '));
    if (start >= 0 || finished.has(path)) return;
    trail.push(path);
    for (const { file } of byPath.get(path)?.imports ?? []) if (file !== null) follow(file);
    trail.pop();
    finished.add(path);
  };
  for (const { path } of sources) follow(path);
  return cycles;
}

function findImpurities(file: SourceFile): string[] {
  const found: string[] = [];
  visit(file.tree, (node) => {
    const impurity = nameImpurity(node);
    if (impurity === null) return;
    const { line } = file.tree.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${file.path}:${String(line + 1)}: ${impurity}`);
  });
  return found;
}

const PLATFORM = new Set([
  'process',
  'Promise',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'performance',
  'crypto',
  'globalThis',
  'console',
]);

function nameImpurity(node: ts.Node): string | null {
  if (ts.isAwaitExpression(node)) return 'await';
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async';
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date') {
    return (node.arguments ?? []).length === 0 ? 'new Date()' : null;
  }
  if (ts.isPropertyAccessExpression(node)) {
    const text = node.getText();
    return text === 'Date.now' || text === 'Math.random' ? text : null;
  }
  if (!ts.isIdentifier(node) || !PLATFORM.has(node.text)) return null;
  const { parent } = node;
  const isMember =
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isMethodSignature(parent);
  return isMember ? null : node.text;
}
