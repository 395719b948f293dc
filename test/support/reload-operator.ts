// An operator who changes the configuration of a running product in every way there is, and checks every answer.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  configurationFilesSchema,
  type ConfigurationFilesView,
} from '../../server/schemas/configuration-file.ts';
import { statusSchema, type StatusView } from '../../server/schemas/status.ts';
import type { Product } from './process.ts';
import { waitUntil } from './wait-until.ts';

/** How a change of a file gets into force: SIGHUP, POST /api/reload, PUT /api/configuration/files, Dsiem's POST /config. */
export const WAYS = ['signal', 'api', 'put', 'dsiem'] as const;
export type Way = (typeof WAYS)[number];

/** What should come of a text: it is loaded, the folder with it cannot be, or the text by itself has faults. */
export type Prospect = 'valid' | 'unloadable' | 'faulty';

export interface Operator {
  readonly status: () => Promise<StatusView>;
  readonly files: () => Promise<ConfigurationFilesView>;
  /** Writes the file on disk and nothing else. */
  readonly write: (name: string, text: string) => void;
  /** Brings the text into force or has it refused, as it should be; the status afterwards. */
  readonly bring: (name: string, text: string, order: BringOrder) => Promise<StatusView>;
}

interface BringOrder {
  readonly way: Way;
  readonly prospect: Prospect;
}

const RELOADED = /the configuration was loaded anew|the configuration cannot be loaded/g;
const STATUSES: Readonly<Record<Exclude<Way, 'signal'>, Readonly<Record<Prospect, number>>>> = {
  api: { valid: 200, unloadable: 422, faulty: 422 },
  put: { valid: 200, unloadable: 422, faulty: 422 },
  dsiem: { valid: 201, unloadable: 201, faulty: 418 },
};

/** An operator with the admin token of the product's log directory. */
export function createOperator(product: Product): Operator {
  const { url, configDir, logDir, pid } = product;
  const token = readFileSync(join(logDir, 'admin-token'), 'utf8').trim();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const countLoads = (): number => product.log().match(RELOADED)?.length ?? 0;
  const write = (name: string, text: string): void => {
    writeFileSync(join(configDir, name), text);
  };

  async function ask(method: string, path: string, body?: string): Promise<[number, string]> {
    const request = { method, headers, ...(body !== undefined && { body }) };
    const answer = await fetch(url + path, request);
    return [answer.status, await answer.text()];
  }

  async function status(): Promise<StatusView> {
    const [code, text] = await ask('GET', '/api/status');
    assert.equal(code, 200, text);
    return statusSchema.parse(JSON.parse(text));
  }

  async function send(name: string, text: string, way: Way): Promise<number | undefined> {
    if (way === 'put') return (await ask('PUT', `/api/configuration/files/${name}`, text))[0];
    if (way === 'dsiem') return (await ask('POST', `/config/${name}`, text))[0];
    write(name, text);
    if (way === 'api') return (await ask('POST', '/api/reload'))[0];
    const loads = countLoads();
    process.kill(pid, 'SIGHUP');
    await waitUntil(() => countLoads() > loads, 'the reload by SIGHUP');
    return undefined;
  }

  return {
    ...{ status, write },
    files: async () => {
      const [, text] = await ask('GET', '/api/configuration/files');
      return configurationFilesSchema.parse(JSON.parse(text));
    },
    bring: async (name, text, { way, prospect }) => {
      const before = await status();
      const code = await send(name, text, way);
      if (way !== 'signal') assert.equal(code, STATUSES[way][prospect], `${way}, ${prospect}`);
      const after = await status();
      const isRefused =
        prospect !== 'valid' && (way === 'put' || (way === 'dsiem' && prospect === 'faulty'));
      if (isRefused) assert.deepEqual(after.last_reload, before.last_reload);
      else assert.equal(after.last_reload.ok, prospect === 'valid');
      return after;
    },
  };
}
