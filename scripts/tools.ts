import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program outside npm that some tests need. */
export interface Tool {
  readonly command: string;
  /** The Debian package that brings it. */
  readonly aptPackage: string;
  /** What is not tested without it. */
  readonly neededFor: string;
}

export const TOOLS: readonly Tool[] = [
  { command: 'curl', aptPackage: 'curl', neededFor: 'the replay of recorded attacks with curl' },
  { command: 'ip', aptPackage: 'iproute2', neededFor: 'the tests of addresses and networks' },
];

/** Whether the command is in the search path, or where Debian keeps an administrator's commands. */
export function isInstalled(command: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => folder !== '' && isExecutable(join(folder, command)));
}

/** Installs what is missing where this process may (root, apt-get); gives the tools that are still missing. */
export function installMissing(tools: readonly Tool[]): Tool[] {
  const missing = tools.filter(({ command }) => !isInstalled(command));
  const mayInstall = process.getuid?.() === 0 && isInstalled('apt-get');
  if (missing.length === 0 || !mayInstall) return missing;
  const packages = missing.map(({ aptPackage }) => aptPackage);
  const options = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  spawnSync('apt-get', ['update', '-q'], { ...options, stdio: 'inherit' });
  spawnSync('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages], {
    ...options,
    stdio: 'inherit',
  });
  return missing.filter(({ command }) => !isInstalled(command));
}

/** What to tell a developer about missing tools: what is skipped and the command that brings them. */
export function describeMissing(missing: readonly Tool[]): string {
  const lines = missing.map(({ command, neededFor }) => `  ${command}: skipped: ${neededFor}`);
  const packages = missing.map(({ aptPackage }) => aptPackage).join(' ');
  return ['Not installed:', ...lines, `To install: sudo apt-get install ${packages}`].join('\n');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
