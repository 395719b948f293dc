// The conformance folder's own readers and comparison, with types.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AssetSource } from '../../core/asset/assets.ts';
import type { DirectiveSource } from '../../core/directive/directive-source.ts';
import type { AlarmLine, RawEvent } from '../model/model-input.ts';

/** One step of a case; a step has one of the first keys. */
export interface CaseStep {
  readonly post?: readonly RawEvent[];
  readonly post_each?: readonly RawEvent[];
  readonly wait_ms?: number;
  readonly restart?: string;
  readonly rotate?: string;
  readonly request?: object;
}

/** A case as its folder describes it. */
export interface ConformanceCase {
  readonly name: string;
  readonly refused: boolean;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly steps: readonly CaseStep[];
  readonly mocks: object;
  readonly config: Readonly<Record<string, ConfigFile>>;
  readonly saved: object;
  readonly expected?: { readonly backlogs?: readonly object[] };
}

/** A configuration file of a case that starts. */
export interface ConfigFile {
  readonly directives?: readonly DirectiveSource[];
  readonly assets?: readonly AssetSource[];
}

/** The lines of the two output files. */
export interface OutputLines {
  readonly alarms: readonly (AlarmLine & { readonly alarm_id: string })[];
  readonly events: readonly { alarm_id: string; stage: number; event_id: string }[];
}

/** What the folder's modules offer. */
export interface CaseLibrary {
  loadCases(directory: string): readonly ConformanceCase[];
  fill<Value>(value: Value, context: { now: number; urls: object }): Value;
  observeBacklogs(
    lines: OutputLines,
    eventIds: ReadonlySet<string>,
    now: number,
    window: { from: number; to: number },
  ): { readonly backlogs: readonly object[]; readonly problems: readonly string[] };
  differences(expected: object, actual: object): readonly string[];
}

/** Loads the modules under `lib/`; throws when one does not offer what is used here. */
export async function loadCaseLibrary(folder: string): Promise<CaseLibrary> {
  const names = ['cases', 'templates', 'observe', 'compare'];
  const modules = await Promise.all(names.map((name) => load(join(folder, 'lib', `${name}.mjs`))));
  const library = modules.reduce<object>((all, module) => Object.assign(all, module), {});
  if (!isCaseLibrary(library)) throw new Error(`unexpected modules in ${folder}/lib`);
  return library;
}

/** The asset file that cases without one of their own use. */
export function defaultAssets(folder: string): readonly AssetSource[] {
  const file = join(folder, 'common/assets_default.json');
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isConfigFile(content)) throw new Error(`${file}: no assets`);
  return content.assets;
}

async function load(path: string): Promise<unknown> {
  const module: unknown = await import(pathToFileURL(path).href);
  return module;
}

function isCaseLibrary(value: object): value is CaseLibrary {
  const members = new Map<string, unknown>(Object.entries(value));
  return ['loadCases', 'fill', 'observeBacklogs', 'differences'].every(
    (name) => typeof members.get(name) === 'function',
  );
}

function isConfigFile(value: unknown): value is { assets: readonly AssetSource[] } {
  return typeof value === 'object' && value !== null && 'assets' in value;
}
