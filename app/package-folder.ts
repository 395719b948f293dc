import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this package, above the sources as above dist; where package.json and config/starter/ are. */
export function findPackageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('package.json of the program is missing');
    folder = parent;
  }
  return folder;
}

/** The version in package.json. */
export function readPackageVersion(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(join(findPackageFolder(), 'package.json'), 'utf8'),
  );
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest))
    return 'unknown';
  return String(manifest.version);
}
