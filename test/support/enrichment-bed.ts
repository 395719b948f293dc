import { parseAddress } from '../../core/address/address.ts';
import type { Finding } from '../../core/alarm/alarm-record.ts';
import { createBuiltInPlugins } from '../../enrichment/built-in-plugins.ts';
import { createEnrichment, type Enrichment } from '../../enrichment/enrichment.ts';
import type { LookUpLimits } from '../../enrichment/look-up-limits.ts';
import type { Plugin, PluginConfig } from '../../enrichment/plugin.ts';
import type { SourceConfig } from '../../enrichment/source-config.ts';
import { createCapturedLog, type CapturedLine } from './captured-log.ts';

/** Look-ups with short limits and, when wanted, a clock that the test moves. */
export interface EnrichmentBed {
  readonly enrichment: Enrichment;
  readonly lines: readonly CapturedLine[];
  readonly clock: { nowMs: number };
}

interface BedOptions {
  readonly intel?: readonly SourceConfig[];
  readonly vuln?: readonly SourceConfig[];
  readonly plugins?: readonly Plugin[];
  readonly limits?: Partial<LookUpLimits>;
  readonly intelPrivateIp?: boolean;
  readonly cacheMinutes?: number;
  readonly baseDir?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Opens sources for a test; the caller closes them. */
export function createEnrichmentBed(options: BedOptions): EnrichmentBed {
  const { log, lines } = createCapturedLog();
  const clock = { nowMs: 1_800_000_000_000 };
  const enrichment = createEnrichment({
    sources: { intel: options.intel ?? [], vuln: options.vuln ?? [] },
    intelPrivateIp: options.intelPrivateIp ?? false,
    cacheMinutes: options.cacheMinutes ?? 10,
    plugins: options.plugins ?? createBuiltInPlugins(options.environment ?? {}),
    log,
    limits: { timeLimitMs: 2_000, tries: 1, backOffMs: 1, ...options.limits },
    now: () => clock.nowMs,
    ...(options.baseDir === undefined ? {} : { baseDir: options.baseDir }),
  });
  return { enrichment, lines, clock };
}

/** A source of a plugin. */
export function sourceOf(plugin: string, config: PluginConfig, name = plugin): SourceConfig {
  return { name, plugin, config };
}

/** Looks addresses up; settles with all intelligence found. */
export async function lookUpIps(
  { enrichment }: EnrichmentBed,
  ...texts: readonly string[]
): Promise<Finding[]> {
  const found: Finding[] = [];
  const ips = texts.map((text) => ({ text, address: parseAddress(text) ?? 0 }));
  await enrichment.lookUp({ ips, sockets: [] }, ({ intelHits }) => found.push(...intelHits));
  return found;
}

/** Looks addresses with ports up; settles with all vulnerabilities found. */
export async function lookUpSockets(
  { enrichment }: EnrichmentBed,
  ...sockets: readonly (readonly [ip: string, port: number])[]
): Promise<Finding[]> {
  const found: Finding[] = [];
  const request = sockets.map(([ip, port]) => ({ ip, port, text: `${ip}:${String(port)}` }));
  await enrichment.lookUp({ ips: [], sockets: request }, ({ vulnerabilities }) =>
    found.push(...vulnerabilities),
  );
  return found;
}
