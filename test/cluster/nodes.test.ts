// What nodes tell each other beside events: who is there, what they hold, and overload.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { startAnnouncer, type Announcer } from '../../cluster/announcer.ts';
import { readAnnouncement, type NodeRole } from '../../cluster/announcement.ts';
import type { NatsLink } from '../../cluster/nats-link.ts';
import { openNodeDirectory, type NodeDirectory } from '../../cluster/node-directory.ts';
import { createBackendOverload, createFrontendOverload } from '../../cluster/overload-signals.ts';
import { createSharingRule, type SharingMode } from '../../cluster/sharing-rule.ts';
import { isNodeName, isWantedFile } from '../../cluster/wanted-files.ts';
import { connectTestLink, type TestLink } from '../support/cluster-bed.ts';
import { startNatsServer, type NatsServer } from '../support/nats-server.ts';
import { skipWithout } from '../support/required-tool.ts';
import { waitUntil } from '../support/wait-until.ts';

const monotonicMs = (): number => performance.now();

describe('nodes', { skip: skipWithout('nats-server') }, () => {
  let server: NatsServer;
  const ends: (() => void | Promise<void>)[] = [];
  before(async () => {
    server = await startNatsServer();
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  after(async () => {
    await server.stop();
  });

  async function linkOf(): Promise<TestLink> {
    const opened = await connectTestLink(server.url);
    ends.push(() => opened.link.close());
    return opened;
  }

  function announce(
    link: NatsLink,
    {
      role = 'backend',
      node = 'be1',
      epoch = 'e1',
      files = [],
      isOverloaded = () => false,
    }: {
      readonly role?: NodeRole;
      readonly node?: string;
      readonly epoch?: string;
      readonly files?: readonly string[];
      readonly isOverloaded?: () => boolean;
    } = {},
  ): Announcer {
    const announcer = startAnnouncer({
      ...{ link, role, node, epoch, version: '1', everyMs: 40 },
      details: () => ({ files, isOverloaded: isOverloaded() }),
    });
    ends.push(() => {
      announcer.stop();
    });
    return announcer;
  }

  function directoryOf({ link, log }: TestLink): NodeDirectory {
    const directory = openNodeDirectory({ link, log, monotonicMs, silenceMs: 200 });
    ends.push(() => {
      directory.close();
    });
    return directory;
  }

  it('know each other, and see who ends and who falls silent', async () => {
    const watching = await linkOf();
    const directory = directoryOf(watching);
    const silent: string[] = [];
    directory.onSilence(({ node }) => silent.push(node));
    const { link } = await linkOf();
    const first = announce(link, { files: ['directives_be1_a.json'] });
    const second = announce(link, { node: 'be2' });
    announce(link, { role: 'frontend', node: 'fe1' });
    await waitUntil(() => directory.live('backend').length === 2, 'the backends');
    assert.deepEqual(
      directory.live('backend').map(({ node }) => node),
      ['be1', 'be2'],
    );
    assert.deepEqual(directory.live('backend')[0]?.files, ['directives_be1_a.json']);
    assert.equal(directory.live('frontend').length, 1);
    await first.close();
    await waitUntil(() => directory.live('backend').length === 1, 'the good-bye');
    assert.deepEqual(silent, []);
    second.stop();
    await waitUntil(() => directory.live('backend').length === 0, 'the silence');
    assert.deepEqual(silent, ['be2']);
    assert.equal(watching.find('a node has fallen silent').length, 1);
  });

  it('are not silent because the one that listens stood still', async () => {
    const { link, log } = await linkOf();
    let aheadMs = 0;
    let looks = 0;
    const directory = openNodeDirectory({
      ...{ link, log, silenceMs: 200 },
      monotonicMs: () => {
        looks += 1;
        return monotonicMs() + aheadMs;
      },
    });
    ends.push(() => {
      directory.close();
    });
    const announcer = announce(link);
    await waitUntil(() => directory.live('backend').length === 1, 'the backend');
    announcer.stop();
    await link.flush();
    aheadMs = 10_000;
    looks = 0;
    await waitUntil(() => looks > 0, 'a look');
    assert.equal(directory.live('backend').length, 1);
    await waitUntil(() => directory.live('backend').length === 0, 'the silence after that');
  });

  it('with the same name are reported once, a restarted one is not', async () => {
    const watching = await linkOf();
    const directory = directoryOf(watching);
    const { link } = await linkOf();
    const first = announce(link, { epoch: 'e1' });
    await waitUntil(() => directory.live('backend').length === 1, 'the first');
    first.stop();
    announce(link, { epoch: 'e2' });
    await waitUntil(() => directory.live('backend').some(({ epoch }) => epoch === 'e2'));
    assert.deepEqual(directory.duplicates('backend'), []);
    announce(link, { epoch: 'e3' });
    await waitUntil(() => directory.duplicates('backend').length === 1, 'the report');
    assert.deepEqual(directory.duplicates('backend'), ['be1']);
    assert.equal(watching.lines.filter(({ msg }) => msg.startsWith('two live nodes')).length, 1);
  });

  it('do not mind what others say on the subject', () => {
    for (const text of ['', 'x', '[]', '{}', '{"role":"x","node":"a","epoch":"b"}', 'null']) {
      assert.equal(readAnnouncement(Buffer.from(text)), undefined);
    }
    const least = readAnnouncement(
      Buffer.from('{"role":"frontend","node":"a","epoch":"b","plain":[[2,1],[1,2],3]}'),
    );
    assert.deepEqual(least?.plain, [{ first: 1, end: 2 }]);
  });

  const HELD = ['directives_be1_a.json'];
  const RULES: readonly {
    readonly what: string;
    readonly mode: SharingMode;
    readonly files: readonly string[];
    readonly isShared: boolean;
  }[] = [
    {
      what: 'each directive file is held by one of ours',
      mode: 'auto',
      files: [...HELD, 'assets_a.json'],
      isShared: true,
    },
    {
      what: 'an unlike backend may hold a directive file',
      mode: 'auto',
      files: [...HELD, 'directives_rs_a.json'],
      isShared: false,
    },
    { what: 'there is no directive file', mode: 'auto', files: ['assets_a.json'], isShared: false },
    { what: 'it is switched off', mode: 'off', files: HELD, isShared: false },
    { what: 'it is switched on', mode: 'on', files: [], isShared: true },
  ];
  for (const { what, mode, files, isShared } of RULES) {
    it(`${isShared ? 'share' : 'do not share'} messages when ${what}`, async () => {
      const directory = directoryOf(await linkOf());
      announce((await linkOf()).link, { files: HELD });
      await waitUntil(() => directory.live('backend').length === 1, 'the backend');
      const rule = createSharingRule({ mode, directory, files: () => files, monotonicMs });
      assert.equal(rule.isShared(), isShared);
      const unheld = files.filter((file) => file.startsWith('directives_rs'));
      assert.deepEqual(rule.unheldFiles(), unheld);
    });
  }

  it('do not share once the only holder of a file is gone, and report a file that two hold', async () => {
    const directory = directoryOf(await linkOf());
    const { link } = await linkOf();
    const first = announce(link, { files: HELD });
    const second = announce(link, { node: 'be2', files: HELD });
    await waitUntil(() => directory.live('backend').length === 2, 'the backends');
    const rule = createSharingRule({ mode: 'auto', directory, files: () => HELD, monotonicMs });
    assert.deepEqual(rule.doublyHeldFiles(), HELD);
    assert.equal(rule.isShared(), true);
    first.stop();
    second.stop();
    await waitUntil(() => !rule.isShared(), 'the change');
  });

  it('signal overload as the reference does: true at the first sign, false after the hold time', async () => {
    const heard: { text: string; atMs: number }[] = [];
    const listening = await linkOf();
    listening.link.subscribe('dsiem_overload_signals', ({ data, respond }) => {
      assert.equal(respond, undefined);
      heard.push({ text: Buffer.from(data).toString(), atMs: performance.now() });
    });
    await listening.link.flush();
    const { link } = await linkOf();
    const overload = createBackendOverload({ link, holdMs: 150, onChange: () => undefined });
    ends.push(() => {
      overload.close();
    });
    overload.raise();
    overload.raise();
    assert.equal(overload.isRaised(), true);
    await waitUntil(() => heard.length === 1);
    const again = setInterval(() => {
      overload.raise();
    }, 40);
    await waitUntil(
      () => performance.now() - (heard[0]?.atMs ?? 0) > 300,
      'longer than the hold time',
    );
    clearInterval(again);
    const lastMs = performance.now();
    assert.equal(heard.length, 1);
    await waitUntil(() => heard.length === 2);
    assert.deepEqual(
      heard.map(({ text }) => text),
      ['true', 'false'],
    );
    assert.ok((heard[1]?.atMs ?? 0) - lastMs > 90);
    overload.raise();
    await waitUntil(() => heard.length === 3);
  });

  it('hear the last signal of an unlike backend, and nothing but true and false', async () => {
    const hearing = await linkOf();
    const directory = directoryOf(hearing);
    const overload = createFrontendOverload({ ...hearing, directory, monotonicMs });
    await hearing.link.flush();
    const { link } = await linkOf();
    link.publish('dsiem_overload_signals', 'true');
    await waitUntil(() => overload.isRaised());
    for (const text of ['TRUE', '1', '', 'false ']) link.publish('dsiem_overload_signals', text);
    await waitUntil(() => hearing.lines.filter(({ level }) => level === 50).length === 4);
    assert.equal(overload.isRaised(), true);
    link.publish('dsiem_overload_signals', 'false');
    await waitUntil(() => !overload.isRaised());
  });

  it('are overloaded while any backend of ours is, and not for one that died', async () => {
    const hearing = await linkOf();
    const directory = directoryOf(hearing);
    const frontend = createFrontendOverload({ ...hearing, directory, monotonicMs });
    await hearing.link.flush();
    const backends = await Promise.all(
      ['be1', 'be2'].map(async (node) => {
        const { link } = await linkOf();
        const overload = createBackendOverload({
          ...{ link, holdMs: 60_000 },
          onChange: () => {
            announcer.now();
          },
        });
        const announcer = announce(link, { node, isOverloaded: () => overload.isRaised() });
        ends.push(() => {
          overload.close();
        });
        return { overload, announcer };
      }),
    );
    for (const { overload } of backends) overload.raise();
    await waitUntil(() => directory.live('backend').every(({ isOverloaded }) => isOverloaded));
    await waitUntil(() => frontend.isRaised());
    for (const { announcer } of backends) {
      assert.equal(frontend.isRaised(), true);
      announcer.stop();
      await waitUntil(() => directory.live('backend').length < 2, 'a silence');
    }
    await waitUntil(() => !frontend.isRaised(), 'the end of the overload');
  });
});

describe("a node's files", () => {
  const FILES: readonly (readonly [string, string, boolean])[] = [
    ['assets_a.json', 'x-1', true],
    ['intel_wise.json', 'x-1', true],
    ['vuln_nesd.json', 'x-1', true],
    ['directives_x-1_a.json', 'x-1', true],
    ['directives_x-10_a.json', 'x-1', false],
    ['directives_x-1.json', 'x-1', false],
    ['directives_all.json', 'x-1', false],
    ['dsiem_config.json', 'x-1', false],
    ['assets_../a.json', 'x-1', false],
    ['assets_a.json.bak', 'x-1', false],
  ];
  for (const [file, node, isWanted] of FILES) {
    it(`${isWanted ? 'are' : 'are not'} ${file}`, () => {
      assert.equal(isWantedFile(file, node), isWanted);
    });
  }

  it('need a name that can stand in a file name', () => {
    assert.deepEqual(['be1', 'dsiem-backend-0', 'a_b'].map(isNodeName), [true, true, true]);
    assert.deepEqual(
      ['', '-a', 'a_', 'a/b', 'a.b', 'ä', 'a b', 'x'.repeat(65)].some(isNodeName),
      false,
    );
  });
});
