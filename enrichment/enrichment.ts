// Owns the sources of both kinds and asks them for alarms. It decorates alarms and decides nothing: results come when they
// come, and what fails is only logged and counted (SPEC §8).
import type Logger from 'bunyan';
import type { Address } from '../core/address/address.ts';
import type { Fault } from '../core/directive/fault.ts';
import { isGloballyReachable } from './globally-reachable.ts';
import { LOOK_UP_LIMITS, type LookUpLimits } from './look-up-limits.ts';
import { LookUpSource } from './look-up-source.ts';
import { FindingsBatch, type AlarmFindings } from './findings-batch.ts';
import type { LookUpType, OpenSource, Plugin } from './plugin.ts';
import { checkSource, type SourceConfig } from './source-config.ts';
import type { SourceCounters } from './source-counters.ts';

/** What to look up for one alarm; duplicates and sockets of port 0 are passed over. */
export interface LookUpRequest {
  readonly ips: readonly { readonly text: string; readonly address: Address }[];
  readonly sockets: readonly {
    readonly ip: string;
    readonly port: number;
    readonly text: string;
  }[];
}

/** Look-ups of threat intelligence and vulnerabilities, by all sources at once. */
export interface Enrichment {
  /**
   * Looks everything up. `onFindings` gets what is already known before this returns, and the rest as it arrives, results of
   * one event-loop turn together. Undefined when all has been said at once, else a promise that settles, and never rejects, after the last call.
   */
  lookUp(
    request: LookUpRequest,
    onFindings: (findings: AlarmFindings) => void,
  ): Promise<void> | undefined;
  /** Settles when no look-up is under way (true), or at the limit (false). */
  idle(limitMs: number): Promise<boolean>;
  /** Running counters, one entry for each source, intelligence first. */
  counters(): readonly SourceCounters[];
  /** Gives up what is under way; later look-ups find nothing. */
  close(): void;
}

export interface EnrichmentOptions {
  readonly sources: {
    readonly intel: readonly SourceConfig[];
    readonly vuln: readonly SourceConfig[];
  };
  /** Whether addresses that are not globally reachable are looked up too. */
  readonly intelPrivateIp: boolean;
  /** How long an answer is remembered; 0 = not at all. */
  readonly cacheMinutes: number;
  readonly plugins: readonly Plugin[];
  readonly log: Logger;
  /** Where relative file names in a source's `config` start; the working directory by default. */
  readonly baseDir?: string;
  readonly limits?: Partial<LookUpLimits>;
  readonly fetch?: typeof fetch;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

/** A source that cannot be opened; configurations are checked before, with `checkSource`. */
export class SourceConfigError extends Error {
  readonly source: string;
  readonly faults: readonly Fault[];

  constructor(source: string, faults: readonly Fault[]) {
    super(`look-up source ${source} has a bad configuration`);
    this.name = 'SourceConfigError';
    this.source = source;
    this.faults = faults;
  }
}

/** Opens every source; throws a `SourceConfigError` for one that its check refuses. */
export function createEnrichment(options: EnrichmentOptions): Enrichment {
  const { sources } = options;
  const intel = sources.intel.map((source) => openSource(source, 'IP', options));
  const vuln = sources.vuln.map((source) => openSource(source, 'IP-Port', options));
  const running = new Set<Promise<void>>();

  return {
    lookUp(request, onFindings) {
      if (intel.length + vuln.length === 0) return undefined;
      const batch = new FindingsBatch(onFindings, options.log);
      askIntel(intel, { request, batch, privateToo: options.intelPrivateIp });
      askVuln(vuln, { request, batch });
      const done = batch.finish();
      if (done === undefined) return undefined;
      running.add(done);
      void done.then(() => running.delete(done));
      return done;
    },
    idle: (limitMs) => settlesWithin(() => [...running], limitMs),
    counters: () => [...intel, ...vuln].map(({ counters }) => counters),
    close() {
      for (const source of [...intel, ...vuln]) source.close();
    },
  };
}

function openSource(
  source: SourceConfig,
  type: LookUpType,
  options: EnrichmentOptions,
): LookUpSource {
  const { name, config } = source;
  const faults = checkSource(source, type, options.plugins);
  const plugin = options.plugins.find((candidate) => candidate.name === source.plugin);
  if (faults.length > 0 || plugin === undefined) throw new SourceConfigError(name, faults);
  const now = options.now ?? Date.now;
  const log = options.log.child({ source: name, plugin: plugin.name });
  const baseDir = options.baseDir ?? '.';
  let open: OpenSource;
  try {
    open = plugin.open({ name, type, config, log, now, baseDir });
  } catch (error) {
    const problem = `could not open the source: ${String(error)}`;
    throw new SourceConfigError(name, [{ field: 'plugin', problem }]);
  }
  return new LookUpSource({
    name,
    type,
    open,
    cacheMs: options.cacheMinutes * 60_000,
    limits: { ...LOOK_UP_LIMITS, ...options.limits },
    fetch: options.fetch ?? fetch,
    log,
    now,
  });
}

function askIntel(
  sources: readonly LookUpSource[],
  work: {
    readonly request: LookUpRequest;
    readonly batch: FindingsBatch;
    readonly privateToo: boolean;
  },
): void {
  if (sources.length === 0) return;
  const seen = new Set<string>();
  for (const { text, address } of work.request.ips) {
    if (seen.has(text) || !(work.privateToo || isGloballyReachable(address))) continue;
    seen.add(text);
    const term = { text, ip: text, port: 0 };
    for (const source of sources) work.batch.add('intelHits', source.lookUp(term));
  }
}

function askVuln(
  sources: readonly LookUpSource[],
  work: { readonly request: LookUpRequest; readonly batch: FindingsBatch },
): void {
  if (sources.length === 0) return;
  const seen = new Set<string>();
  for (const socket of work.request.sockets) {
    if (socket.port === 0 || seen.has(socket.text)) continue;
    seen.add(socket.text);
    for (const source of sources) work.batch.add('vulnerabilities', source.lookUp(socket));
  }
}

/** Whether all promises, also those that come while it waits, settle within the limit. */
async function settlesWithin(
  promises: () => readonly Promise<void>[],
  limitMs: number,
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<'limit'>((resolve) => {
    timer = setTimeout(() => {
      resolve('limit');
    }, limitMs);
  });
  try {
    for (let waited = promises(); waited.length > 0; waited = promises()) {
      if ((await Promise.race([Promise.all(waited), limit])) === 'limit') return false;
    }
    return true;
  } finally {
    clearTimeout(timer);
  }
}
