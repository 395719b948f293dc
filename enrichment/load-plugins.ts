// Users' own plugins: ES modules of the folder given by --plugin-dir. They run with the program's rights, so they come from
// the operator's disk only, never by upload.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { Fault } from '../core/directive/fault.ts';
import type { OpenSource, Plugin, PluginContext } from './plugin.ts';

/** Why a file of the plugin folder, or the folder itself, cannot be used. */
export interface PluginFault {
  readonly file: string;
  readonly problem: string;
  readonly cause?: unknown;
}

const isFunction = (value: unknown): boolean => typeof value === 'function';
const faultsSchema = z.array(
  z.union([
    z.string().transform((problem) => ({ field: 'config', problem })),
    z.custom<Fault>(isFault),
  ]),
);
const sourceSchema = z.custom<OpenSource>(
  (source) =>
    typeof source === 'object' &&
    source !== null &&
    'lookUp' in source &&
    isFunction(source.lookUp),
  'open must return an object with a function lookUp',
);

const pluginSchema = z.looseObject({
  name: z.string('must be text').regex(/^[A-Za-z0-9_-]+$/, 'must be letters, digits, - and _'),
  types: z.array(z.enum(['IP', 'IP-Port'], 'must be IP or IP-Port')).min(1, 'must not be empty'),
  check: z.custom<NonNullable<Plugin['check']>>(isFunction, 'must be a function').optional(),
  open: z.custom<(context: PluginContext) => OpenSource>(isFunction, 'must be a function'),
});

function isFault(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'field' in value &&
    typeof value.field === 'string' &&
    'problem' in value &&
    typeof value.problem === 'string'
  );
}

/** Loads every *.mjs and *.js file of the folder, in alphabetical order; each exports one `plugin` whose name no other has. */
export async function loadPlugins(
  folder: string,
  builtIn: readonly Plugin[],
): Promise<{ readonly plugins: readonly Plugin[]; readonly faults: readonly PluginFault[] }> {
  const plugins: Plugin[] = [];
  const faults: PluginFault[] = [];
  let files: readonly string[];
  try {
    files = await listModules(folder);
  } catch (cause) {
    return { plugins, faults: [{ file: folder, problem: 'cannot be read', cause }] };
  }
  for (const file of files) {
    const loaded = await loadPlugin(join(folder, file));
    if ('problem' in loaded) {
      faults.push(loaded);
    } else if ([...builtIn, ...plugins].some(({ name }) => name === loaded.name)) {
      const problem = `there is already a plugin named ${loaded.name}`;
      faults.push({ file: join(folder, file), problem });
    } else {
      plugins.push(loaded);
    }
  }
  return { plugins, faults };
}

async function listModules(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.m?js$/.test(entry.name))
    .map(({ name }) => name)
    .sort();
}

async function loadPlugin(file: string): Promise<Plugin | PluginFault> {
  let exported: unknown;
  try {
    const module: unknown = await import(pathToFileURL(file).href);
    exported =
      typeof module === 'object' && module !== null && 'plugin' in module
        ? module.plugin
        : undefined;
  } catch (cause) {
    return { file, problem: 'cannot be loaded', cause };
  }
  if (exported === undefined) return { file, problem: 'exports no `plugin`' };
  const parsed = pluginSchema.safeParse(exported);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${['plugin', ...path.map(String)].join('.')} ${message}`,
    );
    return { file, problem: problems.join('; ') };
  }
  return asPlugin(parsed.data, exported);
}

/** Calls its functions as methods of what the module exported, which may be an object that refers to itself. */
function asPlugin(parsed: z.infer<typeof pluginSchema>, exported: unknown): Plugin {
  const { name, types, check, open } = parsed;
  return {
    name,
    types,
    ...(check && { check: (config) => faultsSchema.parse(check.call(exported, config)) }),
    open: (context) => sourceSchema.parse(open.call(exported, context)),
  };
}
