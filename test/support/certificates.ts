import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** PEM files of a certificate and its key. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Makes an authority: a certificate that signs itself and others. */
export function makeAuthority(folder: string, name: string): Certificate {
  const files = filesOf(folder, name);
  openssl('req', '-x509', ...KEY, '-keyout', files.key, '-out', files.cert, '-subj', `/CN=${name}`);
  return files;
}

/** Makes a certificate for localhost and 127.0.0.1, or for a client, that the authority signed. */
export function makeCertificate(folder: string, name: string, authority: Certificate): Certificate {
  const files = filesOf(folder, name);
  const request = join(folder, `${name}.csr`);
  const extensions = join(folder, `${name}.ext`);
  writeFileSync(extensions, 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  openssl('req', ...KEY, '-keyout', files.key, '-out', request, '-subj', `/CN=${name}`);
  openssl(
    ...['x509', '-req', '-in', request, '-CA', authority.cert, '-CAkey', authority.key],
    ...['-CAcreateserial', '-extfile', extensions, '-days', '2', '-out', files.cert],
  );
  return files;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];

function filesOf(folder: string, name: string): Certificate {
  return { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
}

function openssl(...words: readonly string[]): void {
  execFileSync('openssl', words, { stdio: 'pipe' });
}
