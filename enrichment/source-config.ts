import type { Fault } from '../core/directive/fault.ts';
import type { LookUpType, Plugin, PluginConfig } from './plugin.ts';

/** An enabled source of an intel_*.json or vuln_*.json file (SPEC §8), its `config` text parsed. */
export interface SourceConfig {
  readonly name: string;
  readonly plugin: string;
  readonly config: PluginConfig;
}

/** The names of the plugins for each kind of file. */
export function pluginNames(plugins: readonly Plugin[]): {
  readonly intel: readonly string[];
  readonly vuln: readonly string[];
} {
  const namesOf = (type: LookUpType): string[] =>
    plugins.filter(({ types }) => types.includes(type)).map(({ name }) => name);
  return { intel: namesOf('IP'), vuln: namesOf('IP-Port') };
}

/** What is wrong with a source, given these plugins: empty when it can be opened; a fault's field is `plugin`, `config` or `config.<key>`. */
export function checkSource(
  { plugin: wanted, config }: SourceConfig,
  type: LookUpType,
  plugins: readonly Plugin[],
): readonly Fault[] {
  const usable = plugins.filter(({ types }) => types.includes(type));
  const plugin = usable.find(({ name }) => name === wanted);
  if (plugin === undefined) {
    const names = usable.map(({ name }) => name).join(', ');
    return [{ field: 'plugin', problem: `must be one of ${names}`, got: wanted }];
  }
  try {
    return plugin.check?.(config) ?? [];
  } catch (error) {
    return [{ field: 'config', problem: `was refused by the plugin: ${String(error)}` }];
  }
}
