import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after } from 'node:test';
import type { z } from 'zod';
import type { ReloadReport } from '../../actors/slot-reload.ts';
import {
  createConfigurationService,
  type ConfigurationService,
} from '../../app/configuration-service.ts';
import { createDirectiveSwitch } from '../../app/directive-switch.ts';
import { describeOptions } from '../../app/option-views.ts';
import { compareDirectives } from '../../config/compare-directives.ts';
import type { Configuration } from '../../config/configuration.ts';
import { readConfiguration } from '../../config/read-configuration.ts';
import { readOptions } from '../../config/read-options.ts';
import { fileJsonSchema } from '../../config/schemas.ts';
import { createEngineCounters } from '../../core/ledger/engine-counters.ts';
import { createLedger } from '../../core/ledger/ledger.ts';
import { createMemoryAlarmStore } from '../../state/memory-alarm-store.ts';
import { hashToken } from '../../server/access/bearer-token.ts';
import type { AuditEntry } from '../../server/audit.ts';
import { createHttpServer, type HttpServerDeps } from '../../server/http-server.ts';
import type { ReloadView } from '../../server/schemas/reload.ts';
import type { Readiness } from '../../server/schemas/status.ts';
import type { DirectiveOff } from '../../state/directives-off-file.ts';
import { createCapturedLog, type CapturedLog } from './captured-log.ts';
import { createDirectiveText } from './directive-text.ts';
import { createFakeEngine } from './fake-engine.ts';
import {
  createDirectiveState,
  createFakeEngineAdmin,
  type FakeEngineAdmin,
} from './fake-engine-admin.ts';
import { checkBuiltInSource } from './source-check.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

export const ASSETS = '{"assets":[{"name":"x","cidr":"10.0.0.0/8","value":1}]}';
export const ADMIN = 'a-token-of-an-administrator';
export const READER = 'a-token-of-somebody-who-reads';

/** A configuration file with these directives. */
export function directivesFile(...changes: readonly Readonly<Record<string, unknown>>[]): string {
  return JSON.stringify(
    { directives: changes.map((change) => createDirectiveText(change)) },
    null,
    1,
  );
}

/** The answer to a request of a test. */
export interface BedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body, checked against the schema; keys that the schema does not have fail. */
  read<Value>(schema: z.ZodType<Value>): Value;
  /** The error's code, '' for none. */
  readonly code: string;
}

export interface BedRequest {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server with the operator's routes over a fake engine, a real folder and a real configuration service. */
export interface AdminBed {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly engine: FakeEngineAdmin;
  readonly service: ConfigurationService;
  readonly audit: readonly AuditEntry[];
  readonly reloads: readonly ReloadView[];
  readonly log: CapturedLog;
  /** What the switch of directives kept last. */
  readonly kept: { directives: readonly DirectiveOff[] };
  readonly readiness: { report: Readiness };
  /** Sends as the administrator unless another token is given. */
  send(method: string, path: string, request?: BedRequest): Promise<BedAnswer>;
}

export interface AdminBedSettings {
  readonly files?: Readonly<Record<string, string>>;
  readonly writable?: boolean;
  /** Default: takes everything over. */
  readonly apply?: (configuration: Configuration) => Promise<ReloadReport | undefined>;
  /** Default: on 127.0.0.1. */
  readonly ipAddress?: string;
  /** Parts of the server in place of the bed's own. */
  readonly server?: Partial<Pick<HttpServerDeps, 'access' | 'alarms' | 'further' | 'limits'>>;
}

const closings: (() => Promise<void>)[] = [];
after(async () => {
  for (const close of closings) await close();
});

/** Starts a bed that ends with the tests of the file that asked for it. */
export async function startAdminBed(settings: AdminBedSettings = {}): Promise<AdminBed> {
  const folder = makeTemporaryFolder('admin');
  const files = settings.files ?? {
    'assets_a.json': ASSETS,
    'directives_a.json': directivesFile({ id: 1 }, { id: 2, name: 'another' }),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const initial = await readConfiguration(folder, checkBuiltInSource);
  const { configuration } = initial;
  if (configuration === undefined) throw new Error('the first configuration is invalid');
  const engine = createFakeEngineAdmin();
  fill(engine, configuration);
  const log = createCapturedLog();
  const reloads: ReloadView[] = [];
  const audit: AuditEntry[] = [];
  const kept: AdminBed['kept'] = { directives: [] };
  let current = configuration;
  const service = createConfigurationService({
    ...{ folder, checkSource: checkBuiltInSource, log: log.log, wallMs: Date.now },
    initial: { configuration, warnings: initial.warnings },
    apply: async (next) => {
      const report = await (settings.apply?.(next) ?? Promise.resolve(reportOf(current, next)));
      if (report !== undefined) {
        current = next;
        fill(engine, next);
      }
      return report;
    },
    liveBacklogs: (id) => engine.directive(id)?.backlogs ?? 0,
    onReload: (reload) => reloads.push(reload),
  });
  const switches = createDirectiveSwitch({
    ...{ engine, turnedOff: new Map(), wallMs: () => 5_000_000 },
    save: (directives) => {
      kept.directives = directives;
      return Promise.resolve();
    },
  });
  const ledger = createLedger(0);
  const { options, sources } = readOptions({ 'admin-token': ADMIN }, {});
  const readiness: AdminBed['readiness'] = { report: { ready: true, reasons: [], notes: [] } };
  const http = createHttpServer({
    ...{ engine: createFakeEngine(ledger), ledger, configuration: service, log: log.log },
    options: {
      ipAddress: settings.ipAddress ?? '127.0.0.1',
      ...{ tcpPort: 0, minEps: 0, maxEps: 0 },
      writableConfig: settings.writable ?? true,
    },
    clock: { wallMs: () => Date.now(), monotonicMs: () => performance.now() },
    isOverloaded: () => false,
    access: {
      options: { ...options, ipAddress: '127.0.0.1', writableConfig: settings.writable ?? true },
      tokens: {
        firstStart: { name: 'first-start', role: 'admin', hash: hashToken('first') },
        set: () => [
          { name: 'ann', role: 'admin', hash: hashToken(ADMIN) },
          { name: 'rob', role: 'reader', hash: hashToken(READER) },
        ],
        refresh: () => Promise.resolve(),
      },
    },
    admin: {
      ...{ engine, configuration: service, switches, counters: createEngineCounters() },
      store: createMemoryAlarmStore(),
      facts: { version: '1.2.3', mode: 'standalone', node: '', started: 0, limits: {} },
      options: describeOptions(options, sources),
      readiness: () => readiness.report,
      page: {
        ...{ statuses: options.status, tags: options.tags, kibanaUrl: options.kibanaUrl },
        riskBounds: options,
      },
      audit: { record: (entry) => audit.push(entry) },
      schemaOf: fileJsonSchema,
    },
    ...settings.server,
  });
  const { port } = await http.listen();
  closings.push(() => http.close(100));
  const url = `http://127.0.0.1:${String(port)}`;
  return {
    ...{ url, port, folder, engine, service, audit, reloads, log, kept, readiness },
    send: (method, path, request = {}) => send(method, url + path, request),
  };
}

function fill(engine: FakeEngineAdmin, { directives }: Configuration): void {
  const before = new Map(engine.states);
  engine.states.clear();
  for (const { source } of directives) {
    const state = before.get(source.id) ?? createDirectiveState(source.id);
    engine.states.set(source.id, { ...state, name: source.name });
  }
}

function reportOf(before: Configuration, after: Configuration): ReloadReport {
  const differences = compareDirectives(before.directives, after.directives);
  const ids = (list: typeof differences.added): number[] => list.map(({ source }) => source.id);
  return {
    ...{ added: ids(differences.added), changed: ids(differences.changed) },
    ...{ removed: ids(differences.removed), renamed: ids(differences.renamed) },
    ...{ unchanged: differences.unchanged, backlogsSetAside: 0 },
  };
}

async function send(
  method: string,
  url: string,
  { token = ADMIN, body, headers = {} }: BedRequest,
): Promise<BedAnswer> {
  const isText = typeof body === 'string';
  const answer = await fetch(url, {
    method,
    headers: {
      ...(token !== '' && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    ...{ status: answer.status, headers: answer.headers, text },
    code: /^\{"error":\{"code":"([a-z_]+)"/.exec(text)?.[1] ?? '',
    read: (schema) => {
      const value: unknown = JSON.parse(text);
      const read = schema.parse(value);
      if (JSON.stringify(sorted(read)) !== JSON.stringify(sorted(value))) {
        throw new Error(`the answer has keys that its schema has not: ${text}`);
      }
      return read;
    },
  };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
