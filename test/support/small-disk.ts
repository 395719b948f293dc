import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder, removeFolder } from './temporary-folder.ts';

/** A real file system of its own that can be full. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all space that is left. */
  fill(): void;
  /** Gives back what `fill` took. */
  free(): void;
  unmount(): void;
}

/** Mounts a tmpfs of that many KiB; undefined where this user may not mount. */
export function mountSmallDisk(kibibytes: number): SmallDisk | undefined {
  const folder = makeTemporaryFolder('disk');
  try {
    const size = `size=${String(kibibytes)}k`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    removeFolder(folder);
    return undefined;
  }
  const filler = join(folder, 'filler');
  return {
    folder,
    fill() {
      // As small pieces as the file system counts in, so that nothing is left over.
      while (appendPiece(filler));
    },
    free() {
      rmSync(filler, { force: true });
    },
    unmount() {
      execFileSync('umount', ['--lazy', folder]);
      removeFolder(folder);
    },
  };
}

/** For the `skip` option of a test that needs a small disk; in CI nothing is skipped, it fails. */
export function skipWithoutMount(): string | false {
  if (process.env['CI'] === 'true') return false;
  const disk = mountSmallDisk(64);
  disk?.unmount();
  return disk === undefined ? 'this user may not mount a file system' : false;
}

function appendPiece(path: string): boolean {
  try {
    writeFileSync(path, Buffer.alloc(4096), { flag: 'a' });
    return true;
  } catch {
    return false;
  }
}
