import { join } from 'node:path';
import type { ConfigurationFault } from '../config/configuration-fault.ts';
import type { ConfigurationResult, SourceCheck } from '../config/configuration.ts';
import { readConfiguration } from '../config/read-configuration.ts';
import { createBuiltInPlugins } from '../enrichment/built-in-plugins.ts';
import { loadPlugins } from '../enrichment/load-plugins.ts';
import type { Plugin } from '../enrichment/plugin.ts';
import { checkSource } from '../enrichment/source-config.ts';

/** The look-up plugins of this process: those that come with the program, and the operator's own. */
export interface ProvidedPlugins {
  readonly plugins: readonly Plugin[];
  /** Own plugins that cannot be used; nothing may start then. */
  readonly faults: readonly ConfigurationFault[];
}

/** Loads the plugins; `pluginDir` may be empty (none). */
export async function providePlugins(
  pluginDir: string,
  environment: NodeJS.ProcessEnv,
): Promise<ProvidedPlugins> {
  const builtIn = createBuiltInPlugins(environment);
  if (pluginDir === '') return { plugins: builtIn, faults: [] };
  const own = await loadPlugins(pluginDir, builtIn);
  const faults = own.faults.map(({ file, problem }) => ({ file: join(pluginDir, file), problem }));
  return { plugins: [...builtIn, ...own.plugins], faults };
}

/** How look-up sources are checked against these plugins. */
export function createSourceCheck(plugins: readonly Plugin[]): SourceCheck {
  return (source, kind) => checkSource(source, kind === 'intel' ? 'IP' : 'IP-Port', plugins);
}

/** Reads and checks the wanted files (all unless given) of a configuration folder, the plugins and their configurations too. */
export async function loadConfiguration(
  folder: string,
  { plugins, faults }: ProvidedPlugins,
  isWanted?: (name: string) => boolean,
): Promise<ConfigurationResult> {
  const result = await readConfiguration(folder, createSourceCheck(plugins), { isWanted });
  if (faults.length === 0) return result;
  return { faults: [...faults, ...result.faults], warnings: result.warnings };
}
