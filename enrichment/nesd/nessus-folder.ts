import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type Logger from 'bunyan';
import { socketAddress } from '../../core/address/address.ts';
import { fileSignature } from '../file-signature.ts';
import { readNessusReport, type ReportRow, type Vulnerability } from './nessus-report.ts';

const REPORT_NAME = /^nessus_.*\.csv$/;

/** The vulnerabilities of all reports by `ip:port` (`[ip]:port` for IPv6). */
export type VulnerabilityIndex = ReadonlyMap<string, readonly Vulnerability[]>;

/** Reads the `nessus_*.csv` of a folder, each again only when it changed; one that cannot be read keeps what it had. */
export class NessusFolder {
  readonly #folder: string;
  readonly #log: Logger;
  readonly #reports = new Map<string, { signature: string; rows: readonly ReportRow[] }>();

  constructor(folder: string, log: Logger) {
    this.#folder = folder;
    this.#log = log;
  }

  /** A text that changes when a report is added, removed or written; rejects when the folder cannot be read. */
  async signature(): Promise<string> {
    const files = await this.#list();
    const signatures = await Promise.all(
      files.map(async (file) => `${file} ${await fileSignature(join(this.#folder, file))}`),
    );
    return signatures.join('\n');
  }

  async load(): Promise<VulnerabilityIndex> {
    const files = await this.#list();
    for (const file of [...this.#reports.keys()]) {
      if (!files.includes(file)) this.#reports.delete(file);
    }
    for (const file of files) await this.#readReport(file);
    const rows = files.flatMap((file) => this.#reports.get(file)?.rows ?? []);
    const index = indexRows(rows);
    const fields = { files: files.length, entries: rows.length };
    if (rows.length === 0) this.#log.warn(fields, 'no scan results in the folder');
    else this.#log.info(fields, 'scan results loaded');
    return index;
  }

  async #list(): Promise<string[]> {
    return (await readdir(this.#folder)).filter((name) => REPORT_NAME.test(name)).sort();
  }

  async #readReport(file: string): Promise<void> {
    const path = join(this.#folder, file);
    try {
      const signature = await fileSignature(path);
      if (this.#reports.get(file)?.signature === signature) return;
      this.#reports.set(file, { signature, rows: await readNessusReport(path) });
    } catch (err) {
      this.#log.warn({ err, file: path }, 'scan results could not be read');
    }
  }
}

function indexRows(rows: readonly ReportRow[]): VulnerabilityIndex {
  const index = new Map<string, Vulnerability[]>();
  for (const { ip, port, cve, risk, name } of rows) {
    const key = socketAddress(ip, port);
    const known = index.get(key);
    if (known === undefined) index.set(key, [{ cve, risk, name }]);
    else if (
      !known.some((other) => other.cve === cve && other.risk === risk && other.name === name)
    ) {
      known.push({ cve, risk, name });
    }
  }
  return index;
}
