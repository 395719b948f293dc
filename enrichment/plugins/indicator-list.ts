import { resolve } from 'node:path';
import { z } from 'zod';
import type { Finding } from '../../core/alarm/alarm-record.ts';
import { parseAddress } from '../../core/address/address.ts';
import { formatNetwork, isHost } from '../../core/address/network.ts';
import { AddressTable } from '../address-table.ts';
import { definePlugin } from '../define-plugin.ts';
import { fileSignature } from '../file-signature.ts';
import { LookUpError } from '../look-up-error.ts';
import { WatchedData } from '../watched-data.ts';
import { readIndicators, type IndicatorFileFormat } from './indicator-file.ts';
import type { Indicator } from './indicator.ts';

const NO_LABEL = 'listed';

const column = z.union([z.string().min(1), z.int().min(1)], 'must be a column name or number');

const schema = z.strictObject({
  file: z.string('must be a file name').min(1, 'must be a file name'),
  format: z.enum(['text', 'csv', 'stix'], 'must be text, csv or stix').optional(),
  provider: z.string().min(1).optional(),
  header: z.boolean('must be true or false').default(true),
  column: column.optional(),
  label: column.optional(),
  reload_seconds: z.number('must be a number').min(0.01).max(86_400).default(5),
});

/** Threat intelligence of a local file of addresses and blocks: plain text, CSV or a STIX 2.1 bundle. */
export const indicatorList = definePlugin({
  name: 'IndicatorList',
  types: ['IP'],
  schema,
  open: (config, { name, baseDir, log, now }) => {
    const path = resolve(baseDir, config.file);
    const format = config.format ?? formatOf(path);
    const list = new WatchedData({
      signature: () => fileSignature(path),
      load: async () => {
        const { table, unreadable } = await loadTable(readIndicators(path, { ...config, format }));
        log.info({ file: path, entries: table.size, unreadable }, 'indicator list loaded');
        return table;
      },
      intervalMs: config.reload_seconds * 1000,
      log,
    });
    const provider = config.provider ?? name;
    return {
      local: true,
      lookUp: ({ ip, text }) =>
        list.use((table) => findIn(table, ip, now()).map(toFinding(provider, text))),
      close: () => {
        list.close();
      },
    };
  },
});

function formatOf(path: string): IndicatorFileFormat {
  if (/\.csv$/i.test(path)) return 'csv';
  return /\.json$/i.test(path) ? 'stix' : 'text';
}

async function loadTable(
  indicators: AsyncIterable<Indicator | undefined>,
): Promise<{ readonly table: AddressTable<Indicator>; readonly unreadable: number }> {
  const table = new AddressTable<Indicator>();
  let unreadable = 0;
  for await (const indicator of indicators) {
    if (indicator === undefined) unreadable += 1;
    else table.add(indicator.network, indicator);
  }
  // a download that went wrong is often an HTML page: it must not replace a good list
  if (table.size === 0 && unreadable > 0) {
    throw new LookUpError('there is no address in the file', { retry: false });
  }
  return { table, unreadable };
}

function findIn(table: AddressTable<Indicator>, ip: string, nowMs: number): Indicator[] {
  const address = parseAddress(ip);
  if (address === undefined) return [];
  return table
    .find(address)
    .filter(({ validUntilMs }) => validUntilMs === undefined || validUntilMs > nowMs);
}

function toFinding(provider: string, term: string): (entry: Indicator) => Finding {
  return ({ network, label }) => {
    const text = label === '' ? NO_LABEL : label;
    const result = isHost(network) ? text : `${text} (${formatNetwork(network)})`;
    return { provider, term, result };
  };
}
