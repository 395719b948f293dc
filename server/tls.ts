// The certificate of the server: read at start, and again whenever its files change (renewal), without a restart.
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type Logger from 'bunyan';

/** The PEM files of --tls-cert, --tls-key and --tls-client-ca. */
export interface TlsFiles {
  /** The certificate, followed by those between it and its authority. */
  readonly cert: string;
  readonly key: string;
  /** Authorities of clients; given, every client must show a certificate of one of them. */
  readonly clientCa?: string;
}

/** What https.createServer is given. */
export interface TlsServerOptions extends SecureContextOptions {
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
}

/** What can be given another certificate while it runs: an https server. */
export interface SecureServer {
  setSecureContext(options: SecureContextOptions): void;
}

/** The certificate in force. */
export interface Tls {
  readonly options: TlsServerOptions;
  /** Gives the server every renewed certificate; one that cannot be used is logged, and the old one stays. Answers how to end that. */
  follow(server: SecureServer): () => void;
}

export interface TlsDeps {
  readonly files: TlsFiles;
  readonly log: Logger;
  /** How often the files are looked at; default 5 s. */
  readonly pollMs?: number;
}

/** A TLS file that cannot be used; the message names it and says why. */
export class TlsFileError extends Error {
  override readonly name = 'TlsFileError';
}

const POLL_MS = 5_000;

/** The texts of the files. */
interface Pem {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
}

/** Reads and tries the files; rejects with TlsFileError. */
export async function openTls({ files, log, pollMs = POLL_MS }: TlsDeps): Promise<Tls> {
  const first = await readPem(files);
  tryOut(files, first);
  const asksForCertificate = files.clientCa !== undefined;

  function follow(server: SecureServer): () => void {
    let current = first;
    let refused: Pem | undefined;
    let isReading = false;

    async function renew(): Promise<void> {
      if (isReading) return;
      isReading = true;
      try {
        const found = await readPem(files);
        if (isSame(found, current) || (refused !== undefined && isSame(found, refused))) return;
        refused = found;
        tryOut(files, found);
        server.setSecureContext(found);
        current = found;
        refused = undefined;
        log.info({ cert: files.cert }, 'the TLS certificate was renewed');
      } catch (err) {
        // Between the renewal of one file and of the other they do not fit: the next look decides.
        log.warn({ err }, 'the renewed TLS files cannot be used, the old certificate stays');
      } finally {
        isReading = false;
      }
    }

    const timer = setInterval(() => void renew(), pollMs).unref();
    return () => {
      clearInterval(timer);
    };
  }

  return {
    options: {
      ...first,
      requestCert: asksForCertificate,
      rejectUnauthorized: asksForCertificate,
    },
    follow,
  };
}

async function readPem({ cert, key, clientCa }: TlsFiles): Promise<Pem> {
  return {
    cert: await read(cert),
    key: await read(key),
    ...(clientCa !== undefined && { ca: await read(clientCa) }),
  };
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new TlsFileError(`${path}: cannot be read: ${describe(cause)}`, { cause });
  }
}

function tryOut(files: TlsFiles, pem: Pem): void {
  try {
    createSecureContext(pem);
  } catch (cause) {
    const paths = Object.values(files).join(', ');
    throw new TlsFileError(`${paths}: cannot be used: ${describe(cause)}`, { cause });
  }
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : 'unknown';
}

function isSame(left: Pem, right: Pem): boolean {
  return left.cert === right.cert && left.key === right.key && left.ca === right.ca;
}
