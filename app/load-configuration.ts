import type { ConfigurationResult, SourceCheck } from '../config/configuration.ts';
import { readConfiguration } from '../config/read-configuration.ts';
import { createBuiltInPlugins } from '../enrichment/built-in-plugins.ts';
import type { Plugin } from '../enrichment/plugin.ts';
import { checkSource } from '../enrichment/source-config.ts';

/** The look-up plugins of this process. */
export function providePlugins(environment: NodeJS.ProcessEnv): readonly Plugin[] {
  return createBuiltInPlugins(environment);
}

/** How look-up sources are checked against these plugins. */
export function createSourceCheck(plugins: readonly Plugin[]): SourceCheck {
  return (source, kind) => checkSource(source, kind === 'intel' ? 'IP' : 'IP-Port', plugins);
}

/** Reads and checks a configuration folder, the plugins' own configurations too. */
export function loadConfiguration(
  folder: string,
  plugins: readonly Plugin[],
): Promise<ConfigurationResult> {
  return readConfiguration(folder, createSourceCheck(plugins));
}
