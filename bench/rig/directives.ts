import type { AssetSource } from '../../core/asset/assets.ts';
import type { DirectiveSource, RuleSource } from '../../core/directive/directive-source.ts';
import { pluginId } from './request-template.ts';

const STAGE_TIMEOUT_SECONDS = 86_400;

export const BENCH_ASSETS: readonly AssetSource[] = [
  { name: 'office', cidr: '192.168.0.0/16', value: 3 },
  { name: 'branches', cidr: '10.0.0.0/8', value: 2 },
];

/**
 * Configuration files of `count` directives that match every event of their plugin id. Each opens a backlog for a
 * source's first event and then takes `occurrence` events of that source in each of two more stages.
 */
export function makeConfiguration(
  count: number,
  occurrence: number,
): Readonly<Record<string, unknown>> {
  return {
    'assets_bench.json': { assets: BENCH_ASSETS },
    'directives_bench.json': {
      directives: Array.from({ length: count }, (_, index) => makeDirective(index, occurrence)),
    },
  };
}

/** The directive with this index, which counts from 0. */
export function makeDirective(index: number, occurrence: number): DirectiveSource {
  const stage = (number: number, reliability: number): RuleSource => ({
    name: `Failed logins, stage ${String(number)}`,
    type: 'PluginRule',
    plugin_id: pluginId(index),
    plugin_sid: [1],
    stage: number,
    occurrence: number === 1 ? 1 : occurrence,
    reliability,
    timeout: number === 1 ? 0 : STAGE_TIMEOUT_SECONDS,
    from: number === 1 ? 'ANY' : ':1',
    to: 'ANY',
    port_from: 'ANY',
    port_to: 'ANY',
    protocol: 'ANY',
  });
  return {
    id: index + 1,
    name: `Brute force ${String(index + 1)} from SRC_IP`,
    kingdom: 'Delivery & Attack',
    category: 'Brute Force Attack',
    priority: 3,
    rules: [stage(1, 1), stage(2, 5), stage(3, 10)],
  };
}
