// One daemon writes to a log directory (SPEC §10). Each starter looks, listens on a socket of its own,
// then looks again: of two starters at least one sees the other, so never do both hold the lock. The
// kernel ends a socket with its process, so a killed holder leaves nothing that blocks.

import type Logger from 'bunyan';
import { createHash } from 'node:crypto';
import { chmod, mkdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  findLockPeers,
  LOCK_NAME_LENGTH,
  openLockSocket,
  takesSockets,
  type LockPeer,
  type LockSocket,
} from './lock-socket.ts';

const POLL_MS = 100;
const CONTEST_POLL_MS = 5;
/** A starter that was stopped in mid-start must not hold up the others for good. */
const CONTEST_LIMIT_MS = 5_000;
/** What fits the kernel's address of a Unix socket, its final zero byte aside. */
const MAX_SOCKET_PATH = process.platform === 'linux' ? 107 : 103;
/** The short folder that every POSIX system has, whatever TMPDIR says to one starter and not to the other. */
const FALLBACK_ROOT = process.platform === 'win32' ? tmpdir() : '/tmp';
/** As /tmp: anyone may listen in it, nobody may remove another user's socket. */
const FALLBACK_MODE = 0o1777;
export interface LogDirectoryLockOptions {
  /** Created when missing. */
  readonly logDir: string;
  /** How long to wait for another daemon to end, in milliseconds. */
  readonly waitMs: number;
  readonly log: Logger;
}

export interface LogDirectoryLock {
  /** Lets the next daemon in; also happens by itself when the process ends, however it ends. */
  release(): Promise<void>;
}

/** Another daemon writes to the log directory; `pid` as that process sees it, undefined when it does not answer. */
export class LogDirectoryInUseError extends Error {
  override readonly name = 'LogDirectoryInUseError';
  readonly logDir: string;
  readonly pid: number | undefined;

  constructor(logDir: string, pid: number | undefined) {
    const who = pid === undefined ? 'a process that does not answer' : `process ${String(pid)}`;
    super(`the log directory ${logDir} is in use by ${who}`);
    this.logDir = logDir;
    this.pid = pid;
  }
}

/**
 * Takes the lock of a log directory for this process, at the latest after `waitMs`; rejects with a
 * LogDirectoryInUseError, or with the system's error when the directory cannot be used. The sockets
 * are in the directory itself; where its path is too long for one, or its file system knows none,
 * in `/tmp/dsiem-<digest of the real path>`, which processes of other containers do not see.
 */
export async function lockLogDirectory(
  options: LogDirectoryLockOptions,
): Promise<LogDirectoryLock> {
  const { logDir, waitMs, log } = options;
  await mkdir(logDir, { recursive: true });
  const folder = await chooseSocketFolder(logDir, log);
  const deadline = performance.now() + waitMs;
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await tryToLock(folder);
    if (outcome.socket !== undefined) return { release: () => outcome.socket.close() };
    const { pid } = outcome.rival;
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) throw new LogDirectoryInUseError(logDir, pid);
    if (attempt === 0)
      log.info({ logDir, pid }, 'waiting for another daemon of this log directory');
    await pause(Math.min(POLL_MS, leftMs));
  }
}

type Outcome =
  | { readonly socket: LockSocket; readonly rival?: undefined }
  | { readonly socket?: undefined; readonly rival: LockPeer };

async function tryToLock(folder: string): Promise<Outcome> {
  // Who only waits must not disturb those who contest.
  const [present] = await findLockPeers(folder);
  if (present !== undefined) return { rival: present };
  const socket = await openLockSocket(folder);
  try {
    const rival = await contest(folder, socket);
    if (rival === undefined) return { socket };
    await socket.close();
    return { rival };
  } catch (err) {
    await socket.close();
    throw err;
  }
}

/**
 * Alone: the lock is ours. A holder, or a starter whose name sorts before ours, wins. The others
 * withdraw when they see us, unless they did not see us in time and hold it by now.
 */
async function contest(folder: string, socket: LockSocket): Promise<LockPeer | undefined> {
  const deadline = performance.now() + CONTEST_LIMIT_MS;
  for (;;) {
    const peers = await findLockPeers(folder, socket.name);
    const rival = peers.find(({ name, isHolder }) => isHolder || name < socket.name);
    if (rival !== undefined) return rival;
    const [slower] = peers;
    if (slower === undefined) {
      socket.hold();
      return undefined;
    }
    if (performance.now() > deadline) return slower;
    await pause(CONTEST_POLL_MS);
  }
}

async function chooseSocketFolder(logDir: string, log: Logger): Promise<string> {
  const real = await realpath(logDir);
  const longest = Buffer.byteLength(real) + 1 + LOCK_NAME_LENGTH;
  if (longest <= MAX_SOCKET_PATH && (await takesSockets(real))) return real;
  const digest = createHash('sha256').update(real).digest('hex').slice(0, 32);
  const folder = join(FALLBACK_ROOT, `dsiem-${digest}`);
  if ((await mkdir(folder, { recursive: true })) !== undefined) await chmod(folder, FALLBACK_MODE);
  log.info({ logDir, folder }, 'the log directory takes no socket, its lock is in another folder');
  return folder;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
