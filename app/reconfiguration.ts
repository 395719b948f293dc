// What of a configuration the running engine works with, at the start and again at every reload.
import type Logger from 'bunyan';
import type { Engine } from '../actors/engine.ts';
import type { ReloadReport } from '../actors/slot-reload.ts';
import type { Configuration } from '../config/configuration.ts';
import type { Options } from '../config/options.ts';
import type { CorrelationContext } from '../core/correlation/backlog.ts';
import { createEnrichment, type Enrichment } from '../enrichment/enrichment.ts';
import type { Plugin } from '../enrichment/plugin.ts';
import type { ReplaceableLookUps } from './look-ups.ts';

/** What look-ups are opened with. */
export interface EnrichmentInput {
  readonly options: Options;
  readonly plugins: readonly Plugin[];
  readonly log: Logger;
}

/** What correlation needs of options and assets. */
export function createContext(options: Options, { assets }: Configuration): CorrelationContext {
  return {
    assets,
    discardOutOfOrder: options.discardOorEvents,
    minAlarmLifetimeSeconds: options.minAlarmLifetime * 60,
    medRiskMin: options.medRiskMin,
    medRiskMax: options.medRiskMax,
    initialStatus: options.status[0] ?? '',
    initialTag: options.tags[0] ?? '',
  };
}

/** The sources of a configuration, opened; undefined when it has none. Throws a SourceConfigError. */
export function openEnrichment(
  { intelSources, vulnSources }: Configuration,
  { options, plugins, log }: EnrichmentInput,
): Enrichment | undefined {
  if (intelSources.length + vulnSources.length === 0) return undefined;
  return createEnrichment({
    sources: { intel: intelSources, vuln: vulnSources },
    intelPrivateIp: options.intelPrivateIp,
    cacheMinutes: options.cache,
    plugins,
    log: log.child({ component: 'enrichment' }),
    baseDir: options.configDir,
  });
}

/** A function that has engine and look-ups go on with another configuration; sources that are the same keep their caches. */
export function createReconfiguration(
  first: Configuration,
  parts: { readonly engine: Engine; readonly lookUps: ReplaceableLookUps },
  input: EnrichmentInput,
): (next: Configuration) => Promise<ReloadReport | undefined> {
  let current = first;
  return async (next) => {
    const { engine, lookUps } = parts;
    const hasOtherSources = sourceText(next) !== sourceText(current);
    // Opened first: what cannot be opened leaves everything as it is.
    const enrichment = hasOtherSources ? openEnrichment(next, input) : undefined;
    const report = await engine.reload({
      directives: next.directives.map(({ directive }) => directive),
      context: createContext(input.options, next),
    });
    if (report === undefined) {
      enrichment?.close();
      return undefined;
    }
    if (hasOtherSources) lookUps.replace(enrichment);
    current = next;
    return report;
  };
}

function sourceText({ intelSources, vulnSources }: Configuration): string {
  return JSON.stringify([intelSources, vulnSources]);
}
