import { spawnSync } from 'node:child_process';
import { accessSync, constants, rmSync } from 'node:fs';
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
  {
    command: 'chromium',
    aptPackage: 'chromium',
    neededFor: 'the tests of the page in a browser',
  },
  { command: 'curl', aptPackage: 'curl', neededFor: 'the replay of recorded attacks with curl' },
  {
    command: 'docker-compose',
    aptPackage: 'docker-compose',
    neededFor: 'the tests of the compose files',
  },
  { command: 'ip', aptPackage: 'iproute2', neededFor: 'the tests of access from elsewhere' },
  { command: 'logrotate', aptPackage: 'logrotate', neededFor: 'the test of the logrotate example' },
  {
    command: 'nats-server',
    aptPackage: 'nats-server',
    neededFor: 'the tests of the cluster with a NATS server',
  },
  { command: 'openssl', aptPackage: 'openssl', neededFor: 'the tests of TLS' },
  {
    command: 'python3',
    aptPackage: 'python3-venv',
    neededFor: 'the OpenAPI client of the tests',
  },
  { command: 'systemd-notify', aptPackage: 'systemd', neededFor: 'the tests of the systemd units' },
  { command: 'zsh', aptPackage: 'zsh', neededFor: 'the test of completion in zsh' },
  {
    command: 'promtool',
    aptPackage: 'prometheus',
    neededFor: 'the tests of metrics, alert rules and dashboard with Prometheus',
  },
];

const SCHEMATHESIS_VERSION = '4.32.5';
const PYTHON_FOLDER = join(
  ...[import.meta.dirname, '..', 'node_modules', '.cache'],
  `schemathesis-${SCHEMATHESIS_VERSION}`,
);

/** The OpenAPI client of the tests, in a Python environment of its own. */
export const SCHEMATHESIS = join(PYTHON_FOLDER, 'bin', 'schemathesis');

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

/** Makes the Python environment of the OpenAPI client where it is missing; whether it is there now. */
export function installSchemathesis(): boolean {
  if (isExecutable(SCHEMATHESIS)) return true;
  if (!isInstalled('python3')) return false;
  const pip = join(PYTHON_FOLDER, 'bin', 'pip');
  const wanted = `schemathesis==${SCHEMATHESIS_VERSION}`;
  const steps = [
    ['python3', '-m', 'venv', PYTHON_FOLDER],
    [pip, 'install', '--quiet', '--disable-pip-version-check', wanted],
  ] as const;
  for (const [command, ...words] of steps) {
    if (spawnSync(command, words, { stdio: 'inherit' }).status === 0) continue;
    rmSync(PYTHON_FOLDER, { recursive: true, force: true });
    return false;
  }
  return isExecutable(SCHEMATHESIS);
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
