// From a fresh start to a page that may change everything: the link of the log, `dsiem login`, and HTTPS.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'node:test';
import { sessionSchema } from '../../server/schemas/session.ts';
import { makeAuthority, makeCertificate } from '../support/certificates.ts';
import { startProcessGroup } from '../support/process-group.ts';
import { findFreePort, startProduct, type Product } from '../support/process.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { waitUntil } from '../support/wait-until.ts';

const main = join(import.meta.dirname, '..', '..', 'dist', 'app', 'main.js');
const LINK = /http:\/\/127\.0\.0\.1:\d+\/ui\/#\/login\?code=([\w-]+)/;

async function start(t: TestContext, options: readonly string[] = []): Promise<Product> {
  const product = await startProduct({ options });
  t.after(product.dispose);
  await waitUntil(() => product.log().includes('/ui/'));
  return product;
}

async function logIn({ url }: Product, code: string): Promise<Response> {
  return fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ code }),
  });
}

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Not spawnSync: the product's output has to be read meanwhile. */
function run(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> {
  const env = { ...process.env, DSIEM_LOG_DIR: '', ...environment };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...words], { env }, (_error, out, err) => {
      resolve({ code: child.exitCode ?? -1, out, err });
    });
  });
}

describe('the log of a start', () => {
  it('shows a link that logs in once, as an administrator', async (t) => {
    const product = await start(t);
    const [, code = ''] = LINK.exec(product.log()) ?? [];
    const answer = await logIn(product, code);
    assert.equal(answer.status, 200);
    const view = sessionSchema.parse(await answer.json());
    assert.deepEqual([view.name, view.role], ['first-start', 'admin']);
    const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
    const headers = { cookie, origin: product.url };
    const reload = await fetch(`${product.url}/api/reload`, { method: 'POST', headers });
    assert.equal(reload.status, 200);
    assert.equal((await logIn(product, code)).status, 401);
    const audit = readFileSync(join(product.logDir, 'audit.json'), 'utf8');
    assert.match(audit, /"who":"first-start".*"action":"session\.begin","what":"code"/);
    assert.ok(!audit.includes(code));
  });

  it('shows none once an admin token is set', async (t) => {
    const product = await start(t, ['--admin-token', 'a-token-that-somebody-set']);
    assert.doesNotMatch(product.log(), LINK);
    assert.match(product.log(), /the web page is there.*\/ui\//);
  });
});

describe('dsiem login', () => {
  it('prints a link that logs in once, and leaves a line in the audit log', async (t) => {
    const product = await start(t);
    const printed = await run(['login', product.url, '--log-dir', product.logDir]);
    assert.equal(printed.code, 0, printed.err);
    assert.match(printed.out, new RegExp(`^${product.url}/ui/#/login\\?code=[\\w-]{32}\\n$`));
    const [, code = ''] = LINK.exec(printed.out) ?? [];
    assert.deepEqual(
      [(await logIn(product, code)).status, (await logIn(product, code)).status],
      [200, 401],
    );
    const byPort = { DSIEM_PORT: String(product.port), DSIEM_LOG_DIR: product.logDir };
    assert.equal((await run(['login'], byPort)).code, 0);
    await waitUntil(() => {
      const audit = readFileSync(join(product.logDir, 'audit.json'), 'utf8');
      return audit.includes('"action":"session.code","what":"first-start"');
    });
  });

  it('ends with 2 and says why without a token, an engine or the right', async (t) => {
    const product = await start(t);
    const nowhere = makeTemporaryFolder('nowhere');
    const noToken = await run(['login', product.url, '--log-dir', nowhere]);
    assert.equal(noToken.code, 2);
    assert.match(noToken.err, /admin-token cannot be read/);
    const silent = `http://127.0.0.1:${String(await findFreePort())}`;
    const noEngine = await run(['login', silent, '--log-dir', product.logDir]);
    assert.equal(noEngine.code, 2);
    assert.match(noEngine.err, /no engine answers at .*ECONNREFUSED/);
    await run(['token', 'add', 'rob', '--role', 'reader', '--log-dir', product.logDir]);
    const wrong = join(product.logDir, 'tokens.json');
    const noRight = await run(['login', product.url, '--token-file', wrong]);
    assert.equal(noRight.code, 2);
    assert.notEqual(noRight.err, '');
  });
});

describe('over HTTPS', () => {
  it('the cookie is one for HTTPS alone, and dsiem login finds the engine', async (t) => {
    const folder = makeTemporaryFolder('certificates');
    const authority = makeAuthority(folder, 'authority');
    const { cert, key } = makeCertificate(folder, 'server', authority);
    const port = await findFreePort();
    const url = `https://127.0.0.1:${String(port)}`;
    const logDir = makeTemporaryFolder('logs');
    const places = ['--config-dir', makeTemporaryFolder('config'), '--log-dir', logDir];
    const group = startProcessGroup({
      words: [process.execPath, main, ...places, '--tls-cert', cert, '--tls-key', key],
      cwd: folder,
      environment: { DSIEM_ADDRESS: '127.0.0.1', DSIEM_PORT: String(port) },
    });
    t.after(() => group.stop('SIGKILL'));
    await waitUntil(() => group.log().includes(`${url}/ui/#/login?code=`));
    const trusted = { NODE_EXTRA_CA_CERTS: authority.cert };
    const printed = await run(['login', url, '--log-dir', logDir], trusted);
    assert.equal(printed.code, 0, printed.err);
    const code = printed.out.trim().split('code=')[1] ?? '';
    const ca = readFileSync(authority.cert, 'utf8');
    const cookie = await new Promise<string>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', origin: url };
      request(`${url}/api/session`, { method: 'POST', headers, ca }, (response) => {
        text(response).then(() => {
          resolve(response.headers['set-cookie']?.[0] ?? '');
        }, reject);
      })
        .on('error', reject)
        .end(JSON.stringify({ code }));
    });
    assert.match(cookie, new RegExp(`^__Host-dsiem-session-${String(port)}=.*; Secure`));
  });
});
