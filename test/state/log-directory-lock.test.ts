import assert from 'node:assert/strict';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import {
  lockLogDirectory,
  LogDirectoryInUseError,
  type LogDirectoryLock,
} from '../../state/log-directory-lock.ts';
import { createCapturedLog, type CapturedLog } from '../support/captured-log.ts';
import { prepareLockStarter, type LockStarter } from '../support/lock-starter.ts';
import { makeTemporaryFolder, removeFolder } from '../support/temporary-folder.ts';
import { trials } from '../support/trials.ts';

const IN_ANOTHER_FOLDER = 'the log directory takes no socket, its lock is in another folder';
const WITHOUT_SOCKETS = '/sys/kernel';

function makeLogDir(t: TestContext): string {
  const folder = makeTemporaryFolder('lock');
  t.after(() => {
    removeFolder(folder);
  });
  return folder;
}

function lock(
  logDir: string,
  waitMs = 0,
  { log } = createCapturedLog(),
): Promise<LogDirectoryLock> {
  return lockLogDirectory({ logDir, waitMs, log });
}

function isInUseBy(pid: number | undefined): (err: unknown) => boolean {
  return (err) => err instanceof LogDirectoryInUseError && err.pid === pid;
}

async function prepare(
  t: TestContext,
  ...args: Parameters<typeof prepareLockStarter>
): Promise<LockStarter> {
  const starter = await prepareLockStarter(...args);
  t.after(() => {
    starter.kill('SIGKILL');
  });
  return starter;
}

function fallbackFolder({ find }: CapturedLog): string {
  return String(find(IN_ANOTHER_FOLDER)[0]?.['folder']);
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function excludesTheSecond(t: TestContext, logDir: string): Promise<void> {
  const captured = createCapturedLog();
  const first = await lock(logDir, 0, captured);
  t.after(() => {
    rmSync(fallbackFolder(captured), { recursive: true });
  });
  assert.ok(existsSync(fallbackFolder(captured)));
  await assert.rejects(lock(logDir), isInUseBy(process.pid));
  await first.release();
  await (await lock(logDir)).release();
  assert.deepEqual(readdirSync(fallbackFolder(captured)), []);
}

describe('the lock of a log directory', () => {
  it('makes the directory and leaves nothing in it when released', async (t) => {
    const logDir = join(makeLogDir(t), 'new', 'logs');
    const held = await lock(logDir);
    assert.equal(readdirSync(logDir).length, 1);
    await held.release();
    assert.deepEqual(readdirSync(logDir), []);
  });

  it('refuses a second process and tells it the process id of the first', async (t) => {
    const logDir = makeLogDir(t);
    const held = await lock(logDir);
    const second = await prepare(t, logDir, 150);
    assert.deepEqual(await second.start(), { outcome: 'refused', pid: process.pid });
    await held.release();
  });

  it('lets a waiting process in when the first one releases it', async (t) => {
    const logDir = makeLogDir(t);
    const held = await lock(logDir);
    const captured = createCapturedLog();
    const second = lock(logDir, 60_000, captured);
    while (captured.lines.length === 0) await new Promise(setImmediate);
    await held.release();
    await (await second).release();
    assert.equal(captured.lines[0]?.['pid'], process.pid);
  });

  it('lets a waiting process in when the first one is killed, and removes what that left', async (t) => {
    const logDir = makeLogDir(t);
    const first = await prepare(t, logDir, 0);
    assert.deepEqual(await first.start(), { outcome: 'locked' });
    const captured = createCapturedLog();
    const second = lock(logDir, 60_000, captured);
    while (captured.lines.length === 0) await new Promise(setImmediate);
    first.kill('SIGKILL');
    const held = await second;
    assert.equal(readdirSync(logDir).length, 1);
    await held.release();
  });

  it('is held by a process that is stopped and does not answer', async (t) => {
    const logDir = makeLogDir(t);
    const first = await prepare(t, logDir, 0);
    await first.start();
    first.kill('SIGSTOP');
    await assert.rejects(lock(logDir), isInUseBy(undefined));
  });

  it('does not keep its process alive, and ends with it', async (t) => {
    const logDir = makeLogDir(t);
    const first = await prepare(t, logDir, 0, true);
    assert.deepEqual(await first.start(), { outcome: 'locked' });
    assert.equal(await first.ended, 0);
    await (await lock(logDir)).release();
    assert.deepEqual(readdirSync(logDir), []);
  });

  it('is released although somebody stays connected', async (t) => {
    const logDir = makeLogDir(t);
    const held = await lock(logDir);
    const [name = ''] = readdirSync(logDir);
    const socket = connect({ path: join(logDir, name), allowHalfOpen: true });
    await new Promise((resolve) => socket.once('connect', resolve));
    await held.release();
    socket.destroy();
  });

  it('ignores and removes a file that has the name of a socket', async (t) => {
    const logDir = makeLogDir(t);
    writeFileSync(join(logDir, '.dsiem-abcdefgh.sock'), '');
    mkdirSync(join(logDir, '.dsiem-abcdefgi.sock'));
    const held = await lock(logDir);
    assert.ok(!existsSync(join(logDir, '.dsiem-abcdefgh.sock')));
    await held.release();
  });
});

describe('starters of one log directory at the same moment', () => {
  it('are ten processes of which one gets the lock', async (t) => {
    const logDir = makeLogDir(t);
    const starters = await Promise.all(Array.from({ length: 10 }, () => prepare(t, logDir, 1_000)));
    const outcomes = await Promise.all(starters.map((starter) => starter.start()));
    const winner = outcomes.findIndex((each) => JSON.stringify(each) === '{"outcome":"locked"}');
    const pid = starters[winner]?.pid;
    assert.deepEqual(
      outcomes.toSpliced(winner, 1),
      Array.from({ length: 9 }, () => ({ outcome: 'refused', pid })),
    );
  });

  it('are always decided at once, also over the leftovers of killed processes', async (t) => {
    for (let trial = 0; trial < trials(300); trial += 1) {
      const logDir = makeLogDir(t);
      for (const each of ['aaaaaaaa', 'zzzzzzzz']) {
        writeFileSync(join(logDir, `.dsiem-${each}.sock`), '');
      }
      const settled = await Promise.allSettled(Array.from({ length: 8 }, () => lock(logDir)));
      const winners = settled.filter((each) => each.status === 'fulfilled');
      assert.equal(winners.length, 1);
      assert.equal(readdirSync(logDir).length, 1);
      await winners[0]?.value.release();
    }
  });

  it('all get it, one after the other, when they wait', async (t) => {
    const logDir = makeLogDir(t);
    let holders = 0;
    const waitHoldRelease = async (): Promise<void> => {
      const held = await lock(logDir, 60_000);
      holders += 1;
      assert.equal(holders, 1);
      await new Promise(setImmediate);
      holders -= 1;
      await held.release();
    };
    await Promise.all(Array.from({ length: 6 }, waitHoldRelease));
  });
});

describe('the lock of a log directory that takes no socket', () => {
  it('is elsewhere when the path is too long', async (t) => {
    await excludesTheSecond(t, join(makeLogDir(t), 'long'.repeat(40)));
  });

  it('is in the directory as long as the path just fits', async (t) => {
    const logDir = makeLogDir(t);
    const captured = createCapturedLog();
    const missing = 107 - '/.dsiem-xxxxxxxx.sock'.length - Buffer.byteLength(logDir) - 1;
    const held = await lock(join(logDir, 'x'.repeat(missing)), 0, captured);
    assert.equal(captured.find(IN_ANOTHER_FOLDER).length, process.platform === 'linux' ? 0 : 1);
    await held.release();
  });

  const skip = isWritable(WITHOUT_SOCKETS) ? false : `${WITHOUT_SOCKETS} is not writable`;
  it('is elsewhere when the file system knows no sockets', { skip }, async (t) => {
    await excludesTheSecond(t, WITHOUT_SOCKETS);
  });
});
