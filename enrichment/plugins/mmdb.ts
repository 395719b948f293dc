import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Reader, type Response as MmdbRecord } from 'mmdb-lib';
import { z } from 'zod';
import { definePlugin } from '../define-plugin.ts';
import { fileSignature } from '../file-signature.ts';
import { isPointer, resolvePointer } from '../json-answer.ts';
import { WatchedData } from '../watched-data.ts';

const IPV4_ONLY = 4;
// what MaxMind's own country, city and ASN files hold
const USUAL_RESULTS = [
  'country: ${/country/names/en} (${/country/iso_code})',
  'city: ${/city/names/en}',
  'AS${/autonomous_system_number} ${/autonomous_system_organization}',
];
const PLACEHOLDER = /\$\{([^}]*)\}/g;

const template = z
  .string()
  .refine(
    (text) => [...text.matchAll(PLACEHOLDER)].every(([, pointer = '']) => isPointer(pointer)),
    'must have JSON pointers in its placeholders, such as ${/country/iso_code}',
  );

const schema = z.strictObject({
  file: z.string('must be a file name').min(1, 'must be a file name'),
  results: z.array(template).min(1, 'must not be empty').default(USUAL_RESULTS),
  provider: z.string().min(1).optional(),
  reload_seconds: z.number('must be a number').min(0.01).max(86_400).default(60),
});

/** Country, city and network owner out of a local file in MaxMind's format. */
export const mmdb = definePlugin({
  name: 'Mmdb',
  types: ['IP'],
  schema,
  open: (config, { name, baseDir, log }) => {
    const path = resolve(baseDir, config.file);
    const database = new WatchedData({
      signature: () => fileSignature(path),
      load: async () => {
        const reader = new Reader<MmdbRecord>(await readFile(path));
        log.info({ file: path, database: reader.metadata.databaseType }, 'address database loaded');
        return reader;
      },
      intervalMs: config.reload_seconds * 1000,
      log,
    });
    const provider = config.provider ?? name;
    return {
      local: true,
      lookUp: ({ ip, text }) =>
        database.use((reader) =>
          resultsFor(readRecord(reader, ip), config.results).map((result) => ({
            provider,
            term: text,
            result,
          })),
        ),
      close: () => {
        database.close();
      },
    };
  },
});

function readRecord(reader: Reader<MmdbRecord>, ip: string): unknown {
  // such a file would read the first bits of an IPv6 address as an IPv4 one
  if (reader.metadata.ipVersion === IPV4_ONLY && ip.includes(':')) return undefined;
  return reader.get(ip) ?? undefined;
}

/** Each template filled from the record; one that names a value the record does not have says nothing. */
function resultsFor(record: unknown, templates: readonly string[]): string[] {
  if (record === undefined) return [];
  return templates.flatMap((text) => {
    const values = [...text.matchAll(PLACEHOLDER)].map(([placeholder, pointer = '']) => ({
      placeholder,
      value: resolvePointer(record, pointer),
    }));
    const isComplete = values.every(
      ({ value }) => typeof value === 'string' || typeof value === 'number',
    );
    if (!isComplete) return [];
    return values.reduce(
      (filled, { placeholder, value }) => filled.replace(placeholder, () => String(value)),
      text,
    );
  });
}
