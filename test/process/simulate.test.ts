// `dsiem simulate`, `send` and `demo` as an operator runs them, against the real product.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { z } from 'zod';
import { present, recordingsFolder, skipWithoutFolder } from '../conformance/conformance-folder.ts';
import { createDirectiveSource, createRule } from '../support/correlation-bed.ts';
import { startProcessGroup, type ProcessGroup } from '../support/process-group.ts';
import { startProduct, type Product, type ProductSettings } from '../support/process.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const root = join(import.meta.dirname, '..', '..');
const main = join(root, 'dist', 'app', 'main.js');
const products: Product[] = [];
after(async () => {
  for (const product of products) await product.dispose();
});

async function start(settings: ProductSettings): Promise<Product> {
  const product = await startProduct(settings);
  products.push(product);
  return product;
}

function startCommand(words: readonly string[], logDir = '/nonexistent'): ProcessGroup {
  return startProcessGroup({
    words: [process.execPath, main, ...words],
    cwd: root,
    environment: { DSIEM_LOG_DIR: logDir },
  });
}

async function run(
  product: Product,
  words: readonly string[],
): Promise<{ readonly code: number | null; readonly log: string }> {
  const command = startCommand([...words, '--url', product.url], product.logDir);
  const { code } = await command.ended;
  return { code, log: command.log() };
}

const report = z.object({
  ok: z.boolean(),
  noise: z.number(),
  directives: z.array(
    z.object({
      id: z.number(),
      verdict: z.string(),
      stage: z.number(),
      reasons: z.array(z.string()),
    }),
  ),
});

async function simulate(
  product: Product,
  words: readonly string[] = [],
): Promise<z.infer<typeof report> & { readonly code: number | null }> {
  const { code, log } = await run(product, ['simulate', '--json', ...words]);
  assert.match(log, /^\{.*\}\n$/);
  return { ...report.parse(JSON.parse(log)), code };
}

function verdicts({ directives }: z.infer<typeof report>): string[] {
  return [...new Set(directives.map(({ verdict }) => verdict))];
}

describe('dsiem simulate', () => {
  it('gets an alarm from every starter directive, twice, among noise', async () => {
    const configDir = makeTemporaryFolder('starter');
    cpSync(join(root, 'config', 'starter'), configDir, { recursive: true });
    const product = await start({ configDir });
    for (const words of [[], ['--count', '5', '--noise', '500', '--rate', '1000']]) {
      const { ok, code, directives, ...rest } = await simulate(product, words);
      assert.deepEqual(
        directives.filter(({ verdict }) => verdict !== 'fired'),
        [],
      );
      assert.ok(directives.length >= 12);
      assert.deepEqual([ok, code], [true, 0]);
      if (words.length > 0) assert.ok(rest.noise > 0);
    }
    for (const scenario of ['ssh-takeover', 'web-attack', 'ransomware']) {
      const { ok, directives } = await simulate(product, ['--scenario', scenario]);
      assert.ok(ok && directives.length > 1, scenario);
    }
  });

  const folder = recordingsFolder();
  const skip = skipWithoutFolder(folder, 'The directives of the recordings were');
  for (const name of ['ssh', 'windows-psexec']) {
    it(`gets an alarm from every directive of the ${name} recording`, { skip }, async () => {
      const configDir = makeTemporaryFolder('real');
      for (const file of ['assets_real.json', 'directives_real.json']) {
        cpSync(join(present(folder), name, file), join(configDir, file));
      }
      const product = await start({ configDir });
      for (const words of [[], ['--count', '4']]) {
        const result = await simulate(product, words);
        assert.deepEqual(
          result.directives.filter(({ verdict }) => verdict !== 'fired'),
          [],
        );
        assert.equal(result.code, 0);
      }
    });
  }

  it('tells of each directive that does not fire, and why it cannot', async () => {
    const assets = [{ name: 'office', cidr: '10.0.0.0/8', value: 5 }];
    const working = createDirectiveSource([createRule(1), createRule(2)], { id: 1 });
    const dead = createDirectiveSource(
      [createRule(1), createRule(2, { plugin_sid: [2], from: ':1', timeout: 3600 })],
      { id: 2, name: 'another' },
    );
    const impossible = createDirectiveSource(
      [createRule(1, { plugin_id: 3, from: '!0.0.0.0/0,!::/0' }), createRule(2)],
      { id: 3 },
    );
    const product = await start({
      files: {
        'assets_a.json': { assets },
        'directives_a.json': {
          directives: [
            { ...working, rules: working.rules.map((rule) => ({ ...rule, plugin_id: 8 })) },
            {
              ...dead,
              rules: dead.rules.map((rule) => ({ ...rule, plugin_id: 9, plugin_sid: [9] })),
            },
            impossible,
          ],
        },
      },
    });
    const intended = makeTemporaryFolder('intended');
    const silent = { ...dead, rules: dead.rules.map((rule) => ({ ...rule, plugin_id: 9 })) };
    const half = {
      ...working,
      rules: working.rules.map((rule) => ({ ...rule, plugin_id: 8, plugin_sid: [1] })),
    };
    writeFileSync(join(intended, 'assets_a.json'), JSON.stringify({ assets }));
    writeFileSync(
      join(intended, 'directives_a.json'),
      JSON.stringify({ directives: [half, silent, impossible] }),
    );
    const { ok, code, directives } = await simulate(product, [
      ...['--config-dir', intended, '--timeout', '1'],
    ]);
    assert.deepEqual(
      directives.map(({ id, verdict, stage }) => [id, verdict, stage]),
      [
        [1, 'incomplete', 1],
        [2, 'silent', 0],
        [3, 'impossible', 0],
      ],
    );
    assert.deepEqual([ok, code], [false, 1]);
    assert.deepEqual(directives[2]?.reasons, [
      'directive 3: stage 1, from: no address fits, got "!0.0.0.0/0,!::/0"',
    ]);
    const whole = await simulate(product, ['-d', '1,2']);
    assert.deepEqual(verdicts(whole), ['fired']);
    const text = await run(product, ['simulate', '-d', '3']);
    assert.equal(text.code, 1);
    assert.match(text.log, /^3 +impossible +0\/0 +0\/2 .*a directive$/m);
    assert.match(text.log, /^0 of 1 directives fired; 0 events of attacks/m);
  });

  it('waits when the engine asks for it', async () => {
    const configDir = makeTemporaryFolder('starter');
    cpSync(join(root, 'config', 'starter'), configDir, { recursive: true });
    const product = await start({ configDir, options: ['--max_eps', '100', '--min_eps', '100'] });
    const { code, log } = await run(product, ['simulate', '-d', '1001', '--count', '30']);
    assert.equal(code, 0, log);
    assert.match(log, /1001 +fired +30\/30/);
    assert.match(log, /the engine asked \d+ times to wait/);
  });

  it('writes a file for a shipper, whose events bring the alarms when they are sent', async () => {
    const configDir = makeTemporaryFolder('starter');
    cpSync(join(root, 'config', 'starter'), configDir, { recursive: true });
    const file = join(makeTemporaryFolder('shipper'), 'events.ndjson');
    const words = ['simulate', '--to-file', file, '--config-dir', configDir, '--count', '2'];
    const command = startCommand(words);
    assert.equal((await command.ended).code, 0, command.log());
    assert.match(command.log(), /events were written, nobody watched for alarms/);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n').length;
    const product = await start({ configDir });
    const sent = await run(product, ['send', file, '--shift-times']);
    assert.equal(sent.code, 0, sent.log);
    assert.match(sent.log, new RegExp(`^${String(lines)} accepted, 0 rejected in`));
  });

  const mistakes: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['an engine that is not there', ['--url', 'http://127.0.0.1:2'], /config cannot be read/],
    ['a URL that is none', ['--url', 'htp://x'], /--url: must be the URL of an engine/],
    ['ids that are none', ['-d', '1,x'], /--directive: must be ids of directives/],
    ['a count of 0', ['--count', '0'], /--count: must be a number, 1 or more/],
    ['a flag that is not known', ['--wrong'], /wrong/],
    [
      'a scenario that is not known',
      ['--config-dir', 'config/starter', '--scenario', 'x', '--to-file', '/dev/null'],
      /--scenario: must be one of ssh-takeover/,
    ],
    [
      'a directive that is not there',
      ['--config-dir', 'config/starter', '-d', '7', '--to-file', '/dev/null'],
      /directive 7 is not there/,
    ],
    ['a file without directives', ['--to-file', 'x'], /--to-file needs --config-dir or --url/],
  ];
  for (const [what, words, problem] of mistakes) {
    it(`ends with 2 for ${what}`, async () => {
      const command = startCommand(['simulate', ...words]);
      assert.equal((await command.ended).code, 2);
      assert.match(command.log(), problem);
    });
  }
});

describe('dsiem send', () => {
  it('names what was refused, and ends with 1', async () => {
    const files = {
      'assets_a.json': { assets: [{ name: 'a', cidr: '10.0.0.0/8', value: 5 }] },
      'directives_a.json': { directives: [createDirectiveSource([createRule(1), createRule(2)])] },
    };
    const product = await start({ files });
    const file = join(makeTemporaryFolder('send'), 'events.ndjson');
    const event = {
      ...{ event_id: 'a', timestamp: '2026-01-01T00:00:00Z', title: 't', sensor: 's' },
      ...{ src_ip: '10.0.0.1', dst_ip: '10.0.0.2', plugin_id: 1, plugin_sid: 1 },
    };
    const lines = [event, { ...event, src_port: 70_000 }, event].map((value) =>
      JSON.stringify(value),
    );
    writeFileSync(file, [...lines, '{"event_id":'].join('\n'));
    const { code, log } = await run(product, ['send', file]);
    assert.equal(code, 1);
    assert.match(
      log,
      /events\.ndjson:2: 400, src_port must be an integer from 0 to 65535, got 70000\n/,
    );
    assert.match(log, /events\.ndjson:4: 400, must be valid JSON\n/);
    assert.match(log, /^2 accepted, 2 rejected in/m);
    const missing = await run(product, ['send', `${file}.missing`, '--json']);
    assert.equal(missing.code, 1);
    assert.match(missing.log, /"problem":"ENOENT/);
    const both = await run(product, ['send', file, '--as-recorded', '--rate', '5']);
    assert.equal(both.code, 2);
  });
});

describe('dsiem demo', () => {
  it('shows the alarms of an attack on the starter set', async () => {
    const command = startCommand(['demo', '--once', '--noise', '20']);
    const { code } = await command.ended;
    const log = command.log();
    assert.equal(code, 0, log);
    assert.match(log, /An engine with the starter set runs at http:\/\/127\.0\.0\.1:\d+/);
    assert.match(log, /\/ui\/#\/login\?code=/);
    assert.match(log, /High +\d+ {2}SSH password guessing/);
    assert.match(log, /^(\d+) of \1 directives fired/m);
  });
});
