import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { parse } from 'csv-parse';
import { parseIndicator, type Indicator } from './indicator.ts';
import { readStixBundle } from './stix-bundle.ts';

export type IndicatorFileFormat = 'text' | 'csv' | 'stix';

/** How to read the file; a column is a name of the header line, or a number from 1. */
export interface IndicatorFileOptions {
  readonly format: IndicatorFileFormat;
  readonly header: boolean;
  readonly column?: string | number | undefined;
  readonly label?: string | number | undefined;
}

const ADDRESS_COLUMNS = [
  'ip',
  'ip_address',
  'address',
  'dst_ip',
  'src_ip',
  'cidr',
  'network',
  'indicator',
];
const LABEL_COLUMNS = ['label', 'description', 'threat', 'malware', 'tags', 'comment'];

/** Streams the indicators of a file; undefined stands for an entry that names no address. Rejects when it cannot be read. */
export async function* readIndicators(
  path: string,
  options: IndicatorFileOptions,
): AsyncGenerator<Indicator | undefined> {
  if (options.format === 'stix') yield* readStixBundle(await readFile(path, 'utf8'));
  else if (options.format === 'csv') yield* readCsv(path, options);
  else yield* readLines(path);
}

/** One address a line; what follows it is its label; lines that begin with `#`, `;` or `//` are comments. */
async function* readLines(path: string): AsyncGenerator<Indicator | undefined> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  for await (const line of lines) {
    if (/^\uFEFF?\s*(?:$|#|;|\/\/)/.test(line)) continue;
    const [, text = '', label = ''] = /^\uFEFF?\s*([^\s,;#]+)[\s,;#]*(.*)$/.exec(line) ?? [];
    yield toIndicator(text, label);
  }
}

async function* readCsv(
  path: string,
  options: IndicatorFileOptions,
): AsyncGenerator<Indicator | undefined> {
  const rows: AsyncIterable<string[]> = createReadStream(path).pipe(
    parse({
      bom: true,
      comment: '#',
      comment_no_infix: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
    }),
  );
  let columns: Columns | undefined;
  for await (const row of rows) {
    if (columns === undefined) {
      columns = findColumns(options.header ? row : [], options);
      if (options.header) continue;
    }
    const label = columns.label === undefined ? '' : (row[columns.label] ?? '');
    yield toIndicator(row[columns.address] ?? '', label);
  }
}

interface Columns {
  readonly address: number;
  readonly label: number | undefined;
}

function findColumns(header: readonly string[], options: IndicatorFileOptions): Columns {
  const names = header.map((name) => name.toLowerCase());
  const known = (candidates: readonly string[]): number | undefined => {
    const index = names.findIndex((name) => candidates.includes(name));
    return index < 0 ? undefined : index;
  };
  return {
    address: columnIndex(options.column, names) ?? known(ADDRESS_COLUMNS) ?? 0,
    label: columnIndex(options.label, names) ?? known(LABEL_COLUMNS),
  };
}

function columnIndex(
  column: string | number | undefined,
  names: readonly string[],
): number | undefined {
  if (column === undefined) return undefined;
  if (typeof column === 'number') return column - 1;
  const index = names.indexOf(column.toLowerCase());
  if (index < 0) throw new Error(`the file has no column ${column}`);
  return index;
}

function toIndicator(text: string, label: string): Indicator | undefined {
  const network = parseIndicator(text);
  return network && { network, label: label.trim(), validUntilMs: undefined };
}
