import type Logger from 'bunyan';
import { createLogger } from '../log-stream.ts';
import { startNesdServer, type NesdServer } from '../../enrichment/nesd/nesd-server.ts';

const INTERVAL_MS = 5_000;
const OPERATOR_MISTAKE = 2;

/** The options of `dsiem nesd`, as Dsiem's nesd names them. */
export interface NesdOptions {
  /** The address to listen on; 127.0.0.1 by default. */
  readonly address: string;
  /** 8081 by default. */
  readonly port: number;
  /** The folder of `nessus_*.csv` exports. */
  readonly csvdir: string;
}

/** `dsiem nesd`: serves Nessus scan results for vulnerability look-ups until it is closed; rejects when it cannot start. */
export function nesd(options: NesdOptions, log: Logger): Promise<NesdServer> {
  const { address, port, csvdir } = options;
  return startNesdServer({ folder: csvdir, address, port, intervalMs: INTERVAL_MS, log });
}

/** Runs the server until SIGINT or SIGTERM; exit code 2 when its folder or address cannot be had. */
export async function runNesd(options: NesdOptions): Promise<void> {
  const log = createLogger({
    ...{ level: 'info', json: false, colour: false },
    write: (line) => {
      process.stdout.write(line);
    },
  });
  let server: NesdServer;
  try {
    server = await nesd(options, log.child({ component: 'nesd' }));
  } catch (err) {
    log.error({ err, folder: options.csvdir }, 'the look-up server cannot start');
    process.exitCode = OPERATOR_MISTAKE;
    return;
  }
  log.info({ address: options.address, port: server.port }, 'ready for look-ups');
  const end = (): void => {
    void server.close().then(() => process.exit(0));
  };
  process.once('SIGINT', end).once('SIGTERM', end);
}
