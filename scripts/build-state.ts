import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const BUILD_SETTINGS = 'tsconfig.build.json';
const buildSettings = z.object({ include: z.array(z.string()) });

/** Whether `dist/` is missing or older than a source that is built into it. */
export function isBuildStale(root: string): boolean {
  const built = join(root, 'dist', 'app', 'main.js');
  if (!existsSync(built)) return true;
  const settings = buildSettings.parse(
    JSON.parse(readFileSync(join(root, BUILD_SETTINGS), 'utf8')),
  );
  const sources = settings.include
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => listSources(join(root, folder)));
  const builtAt = statSync(built).mtimeMs;
  return [join(root, BUILD_SETTINGS), ...sources].some((path) => statSync(path).mtimeMs > builtAt);
}

function listSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name));
}
