import type { z } from 'zod';
import type { Fault } from '../core/directive/fault.ts';
import type { LookUpType, OpenSource, Plugin, PluginContext } from './plugin.ts';

/** A plugin whose configuration has a schema; `open` gets it parsed. */
export function definePlugin<Config>(definition: {
  readonly name: string;
  readonly types: readonly LookUpType[];
  readonly schema: z.ZodType<Config>;
  readonly open: (config: Config, context: PluginContext) => OpenSource;
}): Plugin {
  const { name, types, schema, open } = definition;
  return {
    name,
    types,
    check: (config) => schema.safeParse(config).error?.issues.map(toFault) ?? [],
    open: (context) => open(schema.parse(context.config), context),
  };
}

function toFault(issue: z.core.$ZodIssue): Fault {
  const field = ['config', ...issue.path.map(String)].join('.');
  if (issue.code === 'unrecognized_keys') {
    return { field, problem: 'has unknown keys', got: issue.keys.join(', ') };
  }
  return { field, problem: issue.message };
}
