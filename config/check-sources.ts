import type { z } from 'zod';

import type { Fault } from '../core/directive/fault.ts';
import { checkShape, formatPath } from './check-shape.ts';
import { described, placed, type ConfigurationFault } from './configuration-fault.ts';
import type { EnrichmentSource } from './configuration.ts';
import { describeItem, type Item } from './item-list.ts';
import { isRecord } from './json-value.ts';

interface WrittenSource {
  readonly name: string;
  readonly plugin: string;
  readonly enabled: boolean;
  readonly config: string;
}

/** What became of the intel or vuln sources of all files. */
export interface SourcesCheck {
  readonly sources: readonly EnrichmentSource[];
  readonly faults: readonly ConfigurationFault[];
  readonly warnings: readonly ConfigurationFault[];
}

/** What sources are checked against. */
export interface SourceRules {
  readonly noun: 'intel source' | 'vuln source';
  readonly schema: z.ZodType<WrittenSource>;
  /** Looks at the plugin and its configuration; an unknown plugin is a fault (SPEC §8). */
  readonly check: (source: EnrichmentSource) => readonly Fault[];
}

/** Checks look-up sources whole; of a disabled one the shape only. */
export function checkSources(items: readonly Item[], rules: SourceRules): SourcesCheck {
  const sources: EnrichmentSource[] = [];
  const faults: ConfigurationFault[] = [];
  const warnings: ConfigurationFault[] = [];
  for (const item of items) {
    const check = checkShape(rules.schema, item.value);
    const { file } = item;
    const named = { file, item: describeItem(rules.noun, item) };
    if (!check.ok) {
      for (const { path, problem, got } of check.faults) {
        const field = path.length > 0 ? { field: formatPath(path) } : {};
        faults.push({
          ...named,
          ...field,
          ...described({ problem, got }),
          ...placed(item.locate(path)),
        });
      }
      continue;
    }
    const { name, plugin, enabled } = check.value;
    if (!enabled) {
      warnings.push({
        ...named,
        problem: 'is disabled and was skipped',
        ...placed(item.locate([])),
      });
      continue;
    }
    const config = parseObject(check.value.config);
    const source = config === undefined ? undefined : { name, plugin, config, file };
    const found = source === undefined ? [notAnObject(check.value.config)] : rules.check(source);
    for (const { field, problem, got } of found) {
      // The plugin's own fields stand in a text, so that the text is all that has a position.
      const position = placed(item.locate([field.split('.')[0] ?? field]));
      faults.push({ ...named, field, ...described({ problem, got }), ...position });
    }
    if (source !== undefined && found.length === 0) sources.push(source);
  }
  return { sources, faults, warnings };
}

function notAnObject(text: string): Fault {
  return { field: 'config', problem: 'must be a JSON object written as a string', got: text };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
