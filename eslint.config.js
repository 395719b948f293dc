import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

// The table of who may import whom; test/architecture.test.ts enforces the same file on resolved paths.
const importRules = JSON.parse(
  readFileSync(join(import.meta.dirname, 'scripts', 'import-rules.json'), 'utf8'),
);

const toPattern = (name) => name.replaceAll('.', '\\.').replaceAll('*', '[^/]+');
const anyOf = (names) => `(?:${names.map(toPattern).join('|')})`;
const folderOf = (entry) => entry.split('/')[0];
const isFile = (entry) => entry.includes('/');

/** What a folder with these rules may not import, as patterns of no-restricted-imports. */
function restrictions(folder, { folders, types, packages, packageTypes }) {
  const known = [...packages, ...packageTypes];
  const closed = Object.keys(importRules).filter(
    (other) => other !== folder && !folders.includes(other) && !types.map(folderOf).includes(other),
  );
  const noPackage = known.length === 0 ? '^(?!\\.)' : `^(?!\\.)(?!${anyOf(known)}(?:/|$))`;
  const patterns = [
    { regex: noPackage, message: `${folder}/ does not use this package` },
    { regex: `^(?:\\.\\./)+${anyOf(closed)}/`, message: `${folder}/ must not import this folder` },
  ];
  for (const entry of types) {
    const end = isFile(entry) ? '$' : '/';
    patterns.push({
      regex: `^(?:\\.\\./)+${toPattern(entry)}${end}`,
      allowTypeImports: true,
      message: `${folder}/ may import types only from ${entry}`,
    });
  }
  for (const file of types.filter(isFile)) {
    const rest = file.slice(file.indexOf('/') + 1);
    patterns.push({
      regex: `^(?:\\.\\./)+${folderOf(file)}/(?!${toPattern(rest)}$)`,
      message: `${folder}/ may import only ${file} from there`,
    });
  }
  if (packageTypes.length > 0) {
    patterns.push({
      regex: `^${anyOf(packageTypes)}(?:/|$)`,
      allowTypeImports: true,
      message: `${folder}/ may import only the types of this package`,
    });
  }
  return patterns;
}

const folderConfigs = Object.entries(importRules)
  .filter(([, rules]) => rules !== 'everything')
  .map(([folder, rules]) => ({
    files: [`${folder}/**/*.{ts,tsx}`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: restrictions(folder, rules) },
      ],
    },
  }));

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', 'configs/', 'logs/']),
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.js'] })],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
    },
    rules: {
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-default-export': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // An empty text often means the same as an absent one in Dsiem's files.
      '@typescript-eslint/prefer-nullish-coalescing': [
        'error',
        { ignorePrimitives: { string: true } },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      // Objects come from factories whose functions use no `this`.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['describe', 'it', 'test', 'suite'] },
          ],
        },
      ],
    },
  },
  {
    // nact's Ref<T> has no members, so every Ref<Message> reads as `{}`, and branding it needs a cast
    files: ['actors/actor-ref.ts'],
    rules: {
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/consistent-type-assertions': 'off',
    },
  },
  {
    // what the engine answered is trusted here to have the shape of its schema
    files: ['web/api/json-answer.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  {
    // vite reads a default export
    files: ['vite.config.ts'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  {
    files: ['core/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        'process',
        'setTimeout',
        'setInterval',
        'setImmediate',
        'queueMicrotask',
        'Promise',
        'performance',
        'crypto',
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'time is an input' },
        { object: 'Math', property: 'random', message: 'chance is an input' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
          message: 'time is an input',
        },
        { selector: 'AwaitExpression', message: 'core/ never awaits' },
      ],
    },
  },
  ...folderConfigs,
);
