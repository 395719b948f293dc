import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { constants } from 'node:fs';
import { join } from 'node:path';

/**
 * Copies the starter set into a configuration folder that does not exist or has no *.json, such as a container's empty
 * volume (DESIGN §5). Answers the names of the files copied, none when the folder had its own. Throws what the file
 * system throws.
 */
export async function provideStarterConfiguration(
  configDir: string,
  starterDir: string,
): Promise<readonly string[]> {
  if ((await listJson(configDir)).length > 0) return [];
  await mkdir(configDir, { recursive: true });
  const names = await listJson(starterDir);
  for (const name of names) {
    await copyFile(join(starterDir, name), join(configDir, name), constants.COPYFILE_EXCL);
  }
  return names;
}

async function listJson(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => name.endsWith('.json')).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
