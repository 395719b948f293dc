import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { connect, type ConnectionOptions } from 'node:tls';
import { openTls, TlsFileError, type TlsFiles } from '../../server/tls.ts';
import { createCapturedLog } from '../support/captured-log.ts';
import { makeAuthority, makeCertificate } from '../support/certificates.ts';
import { skipWithout } from '../support/required-tool.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { waitUntil } from '../support/wait-until.ts';

describe('TLS', { skip: skipWithout('openssl') }, () => {
  const endings: (() => void)[] = [];
  after(() => {
    for (const end of endings) end();
  });

  function makeFiles() {
    const folder = makeTemporaryFolder('tls');
    const authority = makeAuthority(folder, 'authority');
    const first = makeCertificate(folder, 'first', authority);
    const second = makeCertificate(folder, 'second', authority);
    const used = { cert: join(folder, 'used.pem'), key: join(folder, 'used.key') };
    copyFileSync(first.cert, used.cert);
    copyFileSync(first.key, used.key);
    return { folder, authority, second, used, ca: readFileSync(authority.cert, 'utf8') };
  }

  async function serve(files: TlsFiles) {
    const { log, find } = createCapturedLog();
    const tls = await openTls({ files, log, pollMs: 10 });
    const server = createServer(tls.options, (_, response) => response.end('ok'));
    endings.push(tls.follow(server), () => server.close());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = address === null || typeof address === 'string' ? 0 : address.port;
    return { port, find };
  }

  /** The name in the server's certificate; rejects when the connection is refused, within TLS 1.3 after the handshake. */
  async function nameOfServer(options: ConnectionOptions): Promise<string> {
    const socket = connect({ host: '127.0.0.1', servername: 'localhost', ...options });
    try {
      await once(socket, 'secureConnect');
      const { CN } = socket.getPeerCertificate().subject;
      socket.write('GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
      const isAnswered = await Promise.race([
        once(socket, 'data').then(() => true),
        once(socket, 'close').then(() => false),
      ]);
      if (!isAnswered) throw new Error('the connection was closed');
      return String(CN);
    } finally {
      socket.destroy();
    }
  }

  it('serves the certificate, and the renewed one for new connections once both files fit', async () => {
    const { second, used, ca } = makeFiles();
    const { port, find } = await serve(used);
    assert.equal(await nameOfServer({ port, ca }), 'first');
    copyFileSync(second.cert, used.cert);
    await waitUntil(
      () => find('the renewed TLS files cannot be used, the old certificate stays').length > 0,
    );
    assert.equal(await nameOfServer({ port, ca }), 'first');
    copyFileSync(second.key, used.key);
    await waitUntil(() => find('the TLS certificate was renewed').length > 0);
    assert.equal(await nameOfServer({ port, ca }), 'second');
    assert.equal(find('the renewed TLS files cannot be used, the old certificate stays').length, 1);
  });

  it('lets in only clients with a certificate of the authority where one is given', async () => {
    const { folder, authority, used, ca } = makeFiles();
    const { port } = await serve({ ...used, clientCa: authority.cert });
    const client = makeCertificate(folder, 'client', authority);
    const stranger = makeCertificate(folder, 'stranger', makeAuthority(folder, 'other'));
    const read = ({ cert, key }: TlsFiles) => ({
      cert: readFileSync(cert, 'utf8'),
      key: readFileSync(key, 'utf8'),
    });
    assert.equal(await nameOfServer({ port, ca, ...read(client) }), 'first');
    await assert.rejects(nameOfServer({ port, ca }));
    await assert.rejects(nameOfServer({ port, ca, ...read(stranger) }));
  });

  it('is refused at the start with a reason that names the files', async () => {
    const { folder, second, used } = makeFiles();
    const { log } = createCapturedLog();
    const missing = { ...used, key: join(folder, 'none.key') };
    await assert.rejects(openTls({ files: missing, log }), /none\.key: cannot be read/);
    await assert.rejects(openTls({ files: { ...used, key: second.key }, log }), TlsFileError);
    writeFileSync(used.cert, 'no certificate');
    await assert.rejects(openTls({ files: used, log }), /used\.pem, .*used\.key: cannot be used/);
  });
});
