// The units as systemd reads them, and what the product tells systemd in its life.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { readOptions } from '../../config/read-options.ts';
import { listenForNotices, type NotifySocket } from '../support/notify-socket.ts';
import { startProduct, type Product } from '../support/process.ts';
import { skipWithout } from '../support/required-tool.ts';
import { runCommand } from '../support/run-command.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { waitUntil } from '../support/wait-until.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, 'packaging', 'systemd');
const units = readdirSync(folder).filter((name) => name.endsWith('.service'));

/** The programs are not installed here. */
function installable(name: string): string {
  return readFileSync(join(folder, name), 'utf8').replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true');
}

async function verify(name: string, text: string): Promise<string> {
  const copies = makeTemporaryFolder('units');
  const path = join(copies, name.replace('@.', '@backend-0.'));
  writeFileSync(path, text);
  const { err } = await runCommand(['systemd-analyze', 'verify', '--man=no', path]);
  return err
    .split('\n')
    .filter((line) => line.includes(copies) || line.includes('dsiem'))
    .join('\n');
}

async function listen(t: TestContext): Promise<NotifySocket> {
  const socket = await listenForNotices();
  t.after(socket.close);
  return socket;
}

async function start(
  t: TestContext,
  socket: NotifySocket,
  environment: Readonly<Record<string, string>> = {},
): Promise<Product> {
  const product = await startProduct({
    environment: { NOTIFY_SOCKET: socket.path, ...environment },
  });
  t.after(product.dispose);
  return product;
}

describe('the systemd units', { skip: skipWithout('systemd-analyze') }, () => {
  for (const name of units) {
    it(`have nothing that systemd does not understand: ${name}`, async () => {
      assert.equal(await verify(name, installable(name)), '');
      assert.match(await verify(name, `${installable(name)}\n[Service]\nNosuch=1\n`), /Nosuch/);
    });

    it(`give the program variables that it knows: ${name}`, () => {
      const text = installable(name).replaceAll('%i', 'backend-0').replaceAll(/%[SL]/g, '/var');
      const given = [...text.matchAll(/^Environment=(.*)$/gm)].flatMap(([, line = '']) =>
        [...line.matchAll(/(\w+)=(\S+)/g)].map(
          ([, name = '', value = '']) => [name, value] as const,
        ),
      );
      const environment = Object.fromEntries(given);
      const { faults, warnings } = readOptions({}, environment);
      assert.deepEqual([faults, warnings], [[], []]);
    });
  }

  it('name only options that exist in the example of variables', () => {
    const text = readFileSync(join(folder, 'dsiem.env'), 'utf8');
    const pairs = [...text.matchAll(/^#(DSIEM_\w+)=(.*)$/gm)].map(
      ([, name = '', value = '']) => [name, value] as const,
    );
    const { faults, warnings } = readOptions({}, Object.fromEntries(pairs));
    assert.deepEqual([pairs.length > 0, faults, warnings], [true, [], []]);
  });
});

describe('what systemd is told', { skip: skipWithout('systemd-notify') }, () => {
  it('is that the engine is ready, alive, and stopping', async (t) => {
    const socket = await listen(t);
    const product = await start(t, socket, { WATCHDOG_USEC: '400000' });
    await waitUntil(() => socket.messages().includes('READY=1'), 'READY', 10_000);
    assert.match(product.log(), /ready for events/);
    assert.match(
      socket.messages(),
      new RegExp(`STATUS=ready for events .* port ${String(product.port)}`),
    );
    await waitUntil(() => socket.messages().split('WATCHDOG=1').length > 3, 'the watchdog', 20_000);
    assert.doesNotMatch(socket.messages(), /STOPPING/);
    await product.stop();
    await waitUntil(() => socket.messages().includes('STOPPING=1'), 'STOPPING', 10_000);
  });

  it('is nothing of the watchdog when there is none, or it is for another process', async (t) => {
    const socket = await listen(t);
    const environment = { WATCHDOG_USEC: '20000', WATCHDOG_PID: '1' };
    const product = await start(t, socket, environment);
    await waitUntil(() => socket.messages().includes('READY=1'), 'READY', 10_000);
    await product.stop();
    await waitUntil(() => socket.messages().includes('STOPPING=1'), 'STOPPING', 10_000);
    assert.doesNotMatch(socket.messages(), /WATCHDOG/);
  });

  it('ends with the event loop: an engine that hangs is not alive', async (t) => {
    const socket = await listen(t);
    const product = await start(t, socket, { WATCHDOG_USEC: '400000' });
    await waitUntil(() => socket.messages().includes('WATCHDOG=1'), 'the watchdog', 20_000);
    process.kill(product.pid, 'SIGSTOP');
    // what was on its way when it was stopped has arrived once a message sent afterwards has
    const { code } = await runCommand(['systemd-notify', 'STATUS=afterwards'], {
      env: { ...process.env, NOTIFY_SOCKET: socket.path },
    });
    assert.equal(code, 0);
    await waitUntil(() => socket.messages().includes('afterwards'), 'the own message');
    const before = socket.messages().split('WATCHDOG=1').length;
    await assert.rejects(
      waitUntil(() => socket.messages().split('WATCHDOG=1').length > before + 1, 'more', 1_500),
    );
  });

  it('is missed with one warning when systemd cannot be reached, and the engine runs', async (t) => {
    const environment = { NOTIFY_SOCKET: '/nowhere/socket', WATCHDOG_USEC: '100000' };
    const product = await startProduct({ environment });
    t.after(product.dispose);
    await waitUntil(() => product.log().includes('systemd cannot be told'), 'the warning', 10_000);
    await product.stop();
    assert.equal(product.log().split('systemd cannot be told').length, 2);
  });
});
