import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { formatAddress, parseAddress } from '../../core/address/address.ts';

/** One vulnerability as the look-up server answers it. */
export interface Vulnerability {
  readonly cve: string;
  readonly risk: string;
  readonly name: string;
}

/** A vulnerability with where it was seen; the address is canonical. */
export interface ReportRow extends Vulnerability {
  readonly ip: string;
  readonly port: number;
}

const COLUMNS = { cve: 'CVE', risk: 'Risk', host: 'Host', port: 'Port', name: 'Name' };

/** The rows of a Nessus CSV export that name an address and a port; rejects when it cannot be read or lacks a column. */
export async function readNessusReport(path: string): Promise<readonly ReportRow[]> {
  const records: AsyncIterable<string[]> = createReadStream(path).pipe(
    parse({ bom: true, relax_column_count: true, skip_empty_lines: true }),
  );
  const rows: ReportRow[] = [];
  let columns: Record<keyof typeof COLUMNS, number> | undefined;
  for await (const record of records) {
    if (columns === undefined) {
      columns = findColumns(record);
      continue;
    }
    const address = parseAddress((record[columns.host] ?? '').trim());
    const port = Number(record[columns.port]);
    if (address === undefined || !(port >= 1 && port <= 65_535)) continue;
    rows.push({
      ip: formatAddress(address),
      port,
      cve: record[columns.cve] ?? '',
      risk: record[columns.risk] ?? '',
      name: record[columns.name] ?? '',
    });
  }
  return rows;
}

function findColumns(header: readonly string[]): Record<keyof typeof COLUMNS, number> {
  const indexOf = (column: string): number => {
    const index = header.indexOf(column);
    if (index < 0) throw new Error(`the file has no column ${column}`);
    return index;
  };
  return {
    cve: indexOf(COLUMNS.cve),
    risk: indexOf(COLUMNS.risk),
    host: indexOf(COLUMNS.host),
    port: indexOf(COLUMNS.port),
    name: indexOf(COLUMNS.name),
  };
}
