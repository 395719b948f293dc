// The vulnerability look-up server, compatible with Dsiem's nesd: GET /?ip=&port= over Nessus CSV exports.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type Logger from 'bunyan';
import { canonicalText, parseAddress, socketAddress } from '../../core/address/address.ts';
import { WatchedData } from '../watched-data.ts';
import { NessusFolder, type VulnerabilityIndex } from './nessus-folder.ts';

export interface NesdServerOptions {
  /** The folder of `nessus_*.csv` exports. */
  readonly folder: string;
  /** The address to listen on. */
  readonly address: string;
  /** 0 = any free one. */
  readonly port: number;
  /** How often the folder is looked at. */
  readonly intervalMs: number;
  readonly log: Logger;
}

/** A look-up server that listens. */
export interface NesdServer {
  readonly port: number;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type?: string;
}

/** Reads the folder and listens; rejects when the folder cannot be read or the port not be had. */
export async function startNesdServer(options: NesdServerOptions): Promise<NesdServer> {
  const { address, intervalMs, log } = options;
  const folder = new NessusFolder(options.folder, log);
  await folder.signature();
  const data = new WatchedData({
    signature: () => folder.signature(),
    load: () => folder.load(),
    intervalMs,
    log,
  });
  await data.ready;
  const server = createServer((request, response) => {
    send(response, answer(request, data.current() ?? new Map()));
  });
  try {
    server.listen({ host: address, port: options.port });
    await once(server, 'listening');
  } catch (error) {
    data.close();
    throw error;
  }
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : options.port;
  log.info({ address, port }, 'vulnerability look-up server listens');
  return {
    port,
    async close() {
      data.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function answer({ method, url }: IncomingMessage, index: VulnerabilityIndex): Answer {
  const text = `http://nesd${url ?? '/'}`;
  const target = URL.canParse(text) ? new URL(text) : undefined;
  if (target?.pathname !== '/') return { status: 404, text: 'not found\n' };
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, text: 'only GET is answered\n' };
  const ip = target.searchParams.get('ip') ?? '';
  const port = target.searchParams.get('port') ?? '';
  if (ip === '' || port === '') {
    return { status: 400, text: 'the parameters ip and port are needed\n' };
  }
  const address = parseAddress(ip);
  if (address === undefined) return { status: 418, text: 'ip must be an IP address\n' };
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > 65_535) {
    return { status: 418, text: 'port must be a number from 1 to 65535\n' };
  }
  const found = index.get(socketAddress(canonicalText(ip, address), number));
  if (found === undefined) return { status: 200, text: 'no vulnerability found\n' };
  return { status: 200, text: JSON.stringify(found, null, 2), type: 'application/json' };
}

function send(response: ServerResponse, { status, text, type = 'text/plain' }: Answer): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(text),
    'x-content-type-options': 'nosniff',
  });
  response.end(text);
}
