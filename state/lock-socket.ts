// The sockets by which starters of one log directory find each other. A name is used once only, so a
// socket that refuses connections is dead for good, and anyone may remove it.

import { randomBytes } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { systemErrorCode } from './system-error.ts';

const PREFIX = '.dsiem-';
const SOCKET_NAME = /^\.dsiem-[\w-]{8}\.sock$/;
const NAME_BYTES = 6;
const ANSWER_LIMIT_MS = 1_000;
const ANSWER_LENGTH = 100;
const SILENCE = '-';
/** A process that ends hangs up once, and is gone when asked again. */
const MAX_HANG_UPS = 20;
/** A file that no process listens on any more, or that is gone meanwhile. */
const DEAD: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTSOCK']);
/** It listens, but its queue of connections is full or it belongs to another user. */
const ALIVE: ReadonlySet<string> = new Set(['EAGAIN', 'EACCES', 'EPERM', 'ETIMEDOUT']);

/** What file systems answer that cannot hold a socket. */
const NO_SOCKETS: ReadonlySet<string> = new Set([
  'EPERM',
  'EINVAL',
  'ENOSYS',
  'ENOTSUP',
  'EOPNOTSUPP',
  'EAFNOSUPPORT',
]);

/** The length of a lock socket's name in bytes. */
export const LOCK_NAME_LENGTH = PREFIX.length + 8 + '.sock'.length;

/** A living process that holds the lock or wants it. */
export interface LockPeer {
  /** File name of its socket. */
  readonly name: string;
  /** As the process itself sees it; undefined when it does not answer. */
  readonly pid: number | undefined;
  /** False too when it does not answer: it may be any. */
  readonly isHolder: boolean;
}

/** Our own socket, seen by every other starter from the moment it exists. */
export interface LockSocket {
  readonly name: string;
  /** Makes it answer that it holds the lock. */
  hold(): void;
  close(): Promise<void>;
}

/** Listens in `folder`; rejects with the system's error. The socket does not keep the process alive. */
export async function openLockSocket(folder: string): Promise<LockSocket> {
  const stem = inventStem();
  const name = `${stem}.sock`;
  const path = join(folder, name);
  let isHolder = false;
  const server = createServer((socket) => {
    answer(socket, isHolder);
  });
  // Between bind and listen a socket refuses connections: only a listening one gets the name that is looked for.
  const hidden = hiddenPath(folder, stem);
  await listen(server, hidden);
  try {
    await rename(hidden, path);
  } catch (err) {
    await closeServer(server);
    throw err;
  }
  return {
    name,
    hold() {
      isHolder = true;
    },
    async close() {
      await rm(path, { force: true }).catch(() => undefined);
      await closeServer(server);
    },
  };
}

/** Whether a socket can be made in the folder; rejects when it fails for another reason. */
export async function takesSockets(folder: string): Promise<boolean> {
  const server = createServer();
  try {
    await listen(server, hiddenPath(folder, inventStem()));
  } catch (err) {
    if (NO_SOCKETS.has(systemErrorCode(err) ?? '')) return false;
    throw err;
  }
  await closeServer(server);
  return true;
}

/** The living peers in `folder`, ourselves aside; removes what dead ones left over. */
export async function findLockPeers(folder: string, ownName?: string): Promise<LockPeer[]> {
  const names = (await readdir(folder)).filter(
    (name) => SOCKET_NAME.test(name) && name !== ownName,
  );
  const peers = await Promise.all(names.map((name) => askPeer(folder, name)));
  return peers.filter((peer) => peer !== undefined);
}

/** Asks the socket who it is; undefined (and removed) when nobody listens. */
async function askPeer(folder: string, name: string): Promise<LockPeer | undefined> {
  const path = join(folder, name);
  try {
    for (let hangUps = 0; hangUps < MAX_HANG_UPS; hangUps += 1) {
      const text = await readAnswer(path);
      if (text !== '') return { name, ...parseAnswer(text) };
    }
  } catch (err) {
    const code = systemErrorCode(err) ?? '';
    if (DEAD.has(code)) {
      // In a folder of several users it may not be ours to remove; being dead, it is in nobody's way.
      await rm(path, { force: true }).catch(() => undefined);
      return undefined;
    }
    if (!ALIVE.has(code)) throw err;
  }
  return { name, pid: undefined, isHolder: false };
}

/**
 * What a listening process says: SILENCE when it says nothing for a second, an empty text when it
 * hangs up, as one does that ends; rejects with the system's error when the path takes no connection.
 */
function readAnswer(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let text = '';
    let isConnected = false;
    const finish = (said: string): void => {
      clearTimeout(limit);
      socket.destroy();
      resolve(said);
    };
    const limit = setTimeout(finish, ANSWER_LIMIT_MS, SILENCE);
    socket.setEncoding('utf8');
    socket.on('connect', () => {
      isConnected = true;
    });
    socket.on('data', (piece: string) => {
      text += piece;
      if (text.includes('\n') || text.length > ANSWER_LENGTH) finish(text);
    });
    socket.on('end', () => {
      finish(text);
    });
    socket.on('error', (err) => {
      // A listener that ends just then resets the connection before it is made.
      if (!isConnected && systemErrorCode(err) !== 'ECONNRESET') reject(err);
      finish(text);
    });
  });
}

function answer(socket: Socket, isHolder: boolean): void {
  socket.unref();
  socket.on('error', () => socket.destroy());
  // Not left to the other side: a connection that it keeps open would delay our release.
  socket.end(`${JSON.stringify({ pid: process.pid, holder: isHolder })}\n`, () => socket.destroy());
}

function parseAnswer(text: string): { pid: number | undefined; isHolder: boolean } {
  const found = parseJson(text);
  if (typeof found !== 'object' || found === null) return { pid: undefined, isHolder: false };
  return {
    pid: 'pid' in found && typeof found.pid === 'number' ? found.pid : undefined,
    isHolder: 'holder' in found && found.holder === true,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function inventStem(): string {
  return `${PREFIX}${randomBytes(NAME_BYTES).toString('base64url')}`;
}

function hiddenPath(folder: string, stem: string): string {
  return join(folder, `${stem}.tmp`);
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen({ path, readableAll: true, writableAll: true }, resolve);
    server.unref();
  });
}

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
