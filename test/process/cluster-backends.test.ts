// Directives that are divided among backends raise the alarms that one engine raises.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it, type TestContext } from 'node:test';
import type { RawEvent } from '../model/model-input.ts';
import {
  makeNode,
  startBackend,
  startFrontend,
  startNats,
  waitForCluster,
  waitForNodes,
} from '../support/cluster-processes.ts';
import { JSON_LOG, stopBalanced } from '../support/ledger-check.ts';
import { ATTACK_FILES, createAttackStream } from '../support/load-attacks.ts';
import {
  gatherBacklogs,
  readAlarmLines,
  readEventLines,
  type WrittenBacklog,
} from '../support/load-results.ts';
import { postEvents } from '../support/load-sender.ts';
import type { NatsServer } from '../support/nats-server.ts';
import { startProduct, type Product } from '../support/process.ts';
import { skipWithout } from '../support/required-tool.ts';
import { mustRun } from '../support/run-command.ts';
import { makeTemporaryFolder, removeFolder } from '../support/temporary-folder.ts';
import { trials } from '../support/trials.ts';

const skip = skipWithout('nats-server');
const SENDERS = 4;
/** Backends and frontends. */
const SIZES: readonly (readonly [number, number])[] =
  trials(10) === 10
    ? [
        [1, 1],
        [2, 1],
        [2, 2],
        [4, 1],
        [4, 2],
      ]
    : [
        [1, 1],
        [2, 1],
        [4, 2],
      ];
const REQUESTS = trials(1_000);
const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'app', 'main.js');

/** What each sender posts, the same in every run. */
type Load = readonly (readonly (readonly RawEvent[])[])[];
type Written = ReadonlyMap<string, WrittenBacklog>;

describe('the alarms of one engine', { skip, concurrency: 3 }, () => {
  const load: Load = Array.from({ length: SENDERS }, (_, sender) =>
    Array.from({ length: REQUESTS }, createAttackStream(sender)),
  );

  let expected: Written = new Map();
  before(async () => {
    expected = await runStandalone(load);
  });

  for (const [backends, frontends] of SIZES) {
    it(`are those of ${String(backends)} backends behind ${String(frontends)} frontends`, async (t) => {
      const written = await runCluster(t, load, { backends, frontends });
      t.diagnostic(`${String(expected.size)} backlogs`);
      assert.ok(expected.size > 10);
      assert.deepEqual(written, expected);
    });
  }
});

async function runStandalone(load: Load): Promise<Written> {
  const product = await startProduct({ files: ATTACK_FILES, environment: JSON_LOG });
  try {
    await postAll(load, [product]);
    await stopBalanced(product);
    return gather([product]);
  } finally {
    await product.dispose();
  }
}

async function runCluster(
  t: TestContext,
  load: Load,
  counts: { readonly backends: number; readonly frontends: number },
): Promise<Written> {
  const nats = await startNats(t);
  const names = Array.from({ length: counts.backends }, (_, index) => `b${String(index + 1)}`);
  const files = await split(t, names);
  const frontends: Product[] = [];
  while (frontends.length < counts.frontends) {
    frontends.push(await startTaker(t, nats, { name: `f${String(frontends.length + 1)}`, files }));
  }
  const [first] = frontends;
  assert.ok(first);
  const backends = await Promise.all(
    names.map(async (name) => startBackend(t, first, await makeNode(t, name, nats))),
  );
  for (const [index, frontend] of frontends.entries()) {
    await waitForNodes(frontend, `f${String(index + 1)}`, names);
  }
  await postAll(load, frontends);
  const sent = load.flat(2).length;
  await waitForCluster(first, 'f1', ({ nodes }) =>
    nodes.every(({ ledger }) => ledger['received'] === sent),
  );
  for (const backend of backends) await stopBalanced(backend);
  for (const frontend of frontends) await stopBalanced(frontend);
  return gather(backends);
}

async function startTaker(
  t: TestContext,
  nats: NatsServer,
  { name, files }: { readonly name: string; readonly files: Readonly<Record<string, unknown>> },
): Promise<Product> {
  const place = await makeNode(t, name, nats);
  return startFrontend(t, { ...place, options: ['--max-eps=0', '--min-eps=0'] }, files);
}

/** The files of `dsiem split`, and the assets. */
async function split(
  t: TestContext,
  nodes: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const folder = makeTemporaryFolder('split');
  t.after(() => {
    removeFolder(folder);
  });
  const output = join(folder, 'out');
  mkdirSync(output);
  const source = join(folder, 'directives_load.json');
  writeFileSync(source, JSON.stringify(ATTACK_FILES['directives_load.json']));
  const words = [
    process.execPath,
    MAIN,
    'split',
    source,
    '--nodes',
    nodes.join(','),
    '--output-dir',
    output,
  ] as const;
  await mustRun(words);
  const written = readdirSync(output).map((name): [string, string] => [
    name,
    readFileSync(join(output, name), 'utf8'),
  ]);
  assert.equal(written.length, nodes.length);
  return {
    'assets_load.json': ATTACK_FILES['assets_load.json'],
    ...Object.fromEntries(written),
  };
}

/** All senders at once, each with its requests in their order at one of these. */
async function postAll(load: Load, takers: readonly Product[]): Promise<void> {
  await Promise.all(
    load.map(async (requests, sender) => {
      const taker = takers[sender % takers.length];
      assert.ok(taker);
      for (const events of requests) assert.equal(await postEvents(taker.port, events), 200);
    }),
  );
}

function gather(products: readonly Product[]): Written {
  return gatherBacklogs(
    products.flatMap(({ logDir }) => readEventLines(logDir)),
    products.flatMap(({ logDir }) => readAlarmLines(logDir)),
  );
}
