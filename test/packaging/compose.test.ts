// The compose files as docker-compose reads them, and what they start run as processes in compose's environment. There is no
// Docker here: the image itself is built and run nowhere in the tests.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { readOptions } from '../../config/read-options.ts';
import { startNatsServer } from '../support/nats-server.ts';
import { findFreePort } from '../support/process.ts';
import { startProcessGroup } from '../support/process-group.ts';
import { skipWithout } from '../support/required-tool.ts';
import { mustRun, runCommand } from '../support/run-command.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { waitUntil } from '../support/wait-until.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, 'packaging', 'compose');
const healthcheck = join(root, 'packaging', 'docker', 'healthcheck.mjs');
const main = join(root, 'dist', 'app', 'main.js');
const attack = join(root, 'examples', 'first-attack.mjs');
const files = readdirSync(folder).filter((name) => name.endsWith('.yml'));

const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      environment: z.record(z.string(), z.string()).default({}),
      volumes: z.array(z.unknown()).default([]),
      stop_grace_period: z.string().optional(),
      build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
    }),
  ),
});

async function read(name: string): Promise<z.infer<typeof composeSchema>['services']> {
  const path = join(folder, name);
  const text = await mustRun(['docker-compose', '--file', path, 'config']);
  return composeSchema.parse(parse(text)).services;
}

function isOurs({ image }: { readonly image: string }): boolean {
  return image.startsWith('dsiem-ts:');
}

/** A folder as the image has it. */
function makeImageFolder(): string {
  const place = makeTemporaryFolder('image');
  for (const name of ['configs', 'logs']) mkdirSync(join(place, name));
  return place;
}

const withoutDsiem = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('DSIEM_')),
);

describe('the compose files', { skip: skipWithout('docker-compose') }, () => {
  for (const name of files) {
    it(`are understood, and give the program variables that it knows: ${name}`, async () => {
      const ours = Object.values(await read(name)).filter(isOurs);
      assert.ok(ours.length > 0);
      for (const { environment, build, stop_grace_period: grace } of ours) {
        const { faults, warnings } = readOptions({}, environment);
        assert.deepEqual([faults, warnings], [[], []]);
        assert.ok(existsSync(join(build?.context ?? '', build?.dockerfile ?? 'none')));
        assert.equal(grace, '40s');
      }
    });

    it(`mount files that exist: ${name}`, () => {
      const text = readFileSync(join(folder, name), 'utf8');
      for (const [, path = ''] of text.matchAll(/^\s*(?:- |volumes: \[')(\.\.?\/[^:]+\.\w+):/gm)) {
        assert.ok(existsSync(join(folder, path)), path);
      }
    });
  }

  it('start an engine that is healthy and raises an alarm', async (t) => {
    const { dsiem } = await read('standalone.yml');
    const place = makeImageFolder();
    const port = String(await findFreePort());
    const environment = { ...dsiem?.environment, DSIEM_PORT: port };
    const group = startProcessGroup({
      words: [process.execPath, main],
      cwd: place,
      environment,
    });
    t.after(() => group.stop('SIGKILL'));
    const check = (further: Readonly<Record<string, string>> = {}): Promise<number | null> =>
      runCommand([process.execPath, healthcheck], {
        env: { ...withoutDsiem, ...environment, ...further },
      }).then(({ code }) => code);
    assert.equal(await check({ DSIEM_PORT: String(await findFreePort()) }), 1);
    await waitUntil(() => group.log().includes('ready for events'), 'the start', 30_000);
    assert.equal(await check(), 0);
    await mustRun([process.execPath, attack, `http://127.0.0.1:${port}`]);
    const alarms = join(place, 'logs', 'siem_alarms.json');
    await waitUntil(
      () => readFileSync(alarms, 'utf8').includes('SSH password guessing'),
      'an alarm',
    );
  });
});

describe('the health check of the image', () => {
  it('passes for a backend that listens nowhere', async () => {
    const env = { ...withoutDsiem, DSIEM_MODE: 'cluster-backend' };
    assert.equal((await runCommand([process.execPath, healthcheck], { env })).code, 0);
  });
});

/** Runs the commands that the cluster's compose file names; answers the folder that they fill. */
async function fillClusterFolder(): Promise<string> {
  const text = readFileSync(join(folder, 'cluster.yml'), 'utf8');
  const place = makeTemporaryFolder('cluster');
  cpSync(join(root, 'config', 'starter'), join(place, 'config', 'starter'), { recursive: true });
  const filled = join(place, 'packaging', 'compose', 'configs');
  mkdirSync(filled, { recursive: true });
  const commands = [...text.matchAll(/^# {3}((?:cp|dsiem) .*)$/gm)].map(([, command = '']) =>
    command.replace(/^dsiem /, `${process.execPath} ${main} `),
  );
  assert.equal(commands.length, 2);
  for (const command of commands) await mustRun(['sh', '-c', command], { cwd: place });
  return filled;
}

describe('the cluster of the compose file', { skip: skipWithout('nats-server') }, () => {
  it('has its folder filled by the commands in the file', async () => {
    assert.deepEqual(readdirSync(await fillClusterFolder()).sort(), [
      'assets_starter.json',
      'directives_dsiem-backend-0_starter.json',
      'directives_dsiem-backend-1_starter.json',
    ]);
  });

  it('catches an attack that is posted to its frontend', async (t) => {
    const services = await read('cluster.yml');
    const nats = await startNatsServer();
    t.after(() => nats.stop());
    const frontendPort = String(await findFreePort());
    const frontendUrl = `http://127.0.0.1:${frontendPort}`;
    const places: string[] = [];
    const urls: string[] = [];
    for (const [name, { environment }] of Object.entries(services).filter(([, it]) => isOurs(it))) {
      const isFrontend = environment['DSIEM_MODE'] === 'cluster-frontend';
      const place = makeImageFolder();
      if (isFrontend)
        cpSync(await fillClusterFolder(), join(place, 'configs'), { recursive: true });
      const port = isFrontend ? frontendPort : String(await findFreePort());
      // what compose's own network would resolve
      const addresses = { DSIEM_MSQ: nats.url, DSIEM_PORT: port, DSIEM_FRONTEND: frontendUrl };
      const group = startProcessGroup({
        words: [process.execPath, main],
        cwd: place,
        environment: { ...environment, ...addresses },
      });
      t.after(() => group.stop('SIGKILL'));
      assert.equal(environment['DSIEM_NODE'], isFrontend ? 'dsiem-frontend-0' : name);
      places.push(place);
      urls.push(`http://127.0.0.1:${port}`);
    }
    assert.equal(places.length, 3);
    for (const url of urls) await waitUntil(() => isReady(url), `${url} to be ready`, 40_000);
    await mustRun([process.execPath, attack, frontendUrl]);
    await waitUntil(
      () => places.some((place) => alarmsIn(place).includes('SSH password guessing')),
      'an alarm',
      10_000,
    );
  });
});

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}

function alarmsIn(place: string): string {
  const path = join(place, 'logs', 'siem_alarms.json');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
