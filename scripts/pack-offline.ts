// Makes the archive for sites without a package registry: that of `npm pack` with all production dependencies inside.
// `node --import tsx scripts/pack-offline.ts [--destination FOLDER] [--platforms linux-x64-gnu,linux-arm64-musl]`
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';

import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';

/** The alarm store's library is native: one package for each kind of machine, which npm would choose at the install. */
const NATIVE_PACKAGES = 'node_modules/@libsql/';
const USUAL_PLATFORMS = 'linux-x64-gnu,linux-x64-musl,linux-arm64-gnu,linux-arm64-musl';
/** Optional, and compiles at the install; bunyan works without it. */
const LEFT_OUT = new Set(['node_modules/dtrace-provider']);
const NOT_OF_THE_INSTALLED = new Set(['scripts', 'devDependencies', 'allowScripts']);

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      dev: z.boolean().optional(),
    }),
  ),
});
const manifestSchema = z.looseObject({
  version: z.string(),
  dependencies: z.record(z.string(), z.string()),
});
const packedSchema = z.array(z.object({ filename: z.string(), integrity: z.string() }));

type Lock = z.infer<typeof lockSchema>['packages'];

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    destination: { type: 'string', default: '.' },
    platforms: { type: 'string', default: USUAL_PLATFORMS },
  },
});
const work = mkdtempSync(join(tmpdir(), 'dsiem-pack-'));
try {
  console.log(packOffline(values.platforms.split(','), resolve(values.destination)));
} finally {
  rmSync(work, { recursive: true });
}

/** Answers the path of the archive. */
function packOffline(platforms: readonly string[], destination: string): string {
  const stage = join(work, 'stage');
  extract(pack([], root).path, stage);
  const lock = lockSchema.parse(readJson(join(root, 'package-lock.json'))).packages;
  copyDependencies(lock, platforms, stage);
  for (const platform of platforms) provideNative(platform, lock, stage);
  const manifest = manifestSchema.parse(readJson(join(stage, 'package.json')));
  const bundleDependencies = Object.keys(manifest.dependencies);
  const kept = Object.entries(manifest).filter(([key]) => !NOT_OF_THE_INSTALLED.has(key));
  const installed = { ...Object.fromEntries(kept), bundleDependencies };
  writeFileSync(join(stage, 'package.json'), JSON.stringify(installed, null, 2));
  mkdirSync(destination, { recursive: true });
  const target = join(destination, `dsiem-ts-${manifest.version}-offline.tgz`);
  cpSync(pack([], stage).path, target);
  return target;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function copyDependencies(lock: Lock, platforms: readonly string[], stage: string): void {
  for (const [path, entry] of Object.entries(lock)) {
    const source = join(root, path);
    const isWanted = path !== '' && entry.dev !== true && !LEFT_OUT.has(path);
    if (!isWanted || !existsSync(source) || path.startsWith(NATIVE_PACKAGES)) continue;
    // what lies within it has entries of its own
    const filter = (file: string): boolean =>
      file === source || !file.startsWith(join(source, 'node_modules'));
    cpSync(source, join(stage, path), { recursive: true, filter });
  }
}

function provideNative(platform: string, lock: Lock, stage: string): void {
  const path = `${NATIVE_PACKAGES}${platform}`;
  const entry = lock[path];
  if (entry?.version === undefined) throw new Error(`there is no ${path} in package-lock.json`);
  const present = join(root, path);
  if (existsSync(present)) {
    cpSync(present, join(stage, path), { recursive: true });
    return;
  }
  const name = path.slice('node_modules/'.length);
  const { path: archive, integrity } = pack([`${name}@${entry.version}`], work);
  if (integrity !== entry.integrity) throw new Error(`${name} is not what package-lock.json names`);
  extract(archive, join(stage, path));
}

/** `npm pack` without scripts: the build must be there already. */
function pack(
  words: readonly string[],
  cwd: string,
): { readonly path: string; readonly integrity: string } {
  const options = ['--ignore-scripts', '--json', '--pack-destination', work];
  const output = execFileSync('npm', ['pack', ...options, ...words], {
    ...{ cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  });
  const [packed] = packedSchema.parse(JSON.parse(output));
  if (packed === undefined) throw new Error('npm packed nothing');
  return { path: join(work, packed.filename), integrity: packed.integrity };
}

function extract(archive: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['-xzf', archive, '-C', folder, '--strip-components=1']);
}
