import type Logger from 'bunyan';
import { startNesdServer, type NesdServer } from '../../enrichment/nesd/nesd-server.ts';

const INTERVAL_MS = 5_000;

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
