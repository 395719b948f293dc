import { createHash } from 'node:crypto';

import { checkAssets } from './check-assets.ts';
import { checkDirectives } from './check-directives.ts';
import { checkSources } from './check-sources.ts';
import { compareFaults, compareTexts, type ConfigurationFault } from './configuration-fault.ts';
import {
  type Configuration,
  type ConfigurationFile,
  type ConfigurationResult,
  type ConfigurationText,
  type SourceCheck,
} from './configuration.ts';
import { FILE_KINDS, kindOfFile, type FileKind } from './file-kind.ts';
import { readItems, type Item, type ItemList } from './item-list.ts';
import { valueAt } from './json-value.ts';
import { intelSourceSchema, vulnSourceSchema } from './schemas.ts';

/** How a set of files is checked. */
export interface CheckOptions {
  readonly checkSource: SourceCheck;
  /** What reports name when a fault is of all files together: the folder. */
  readonly folder?: string;
}

/**
 * Checks a whole configuration in memory, in the alphabetical order of the files: every fault of every file, and that
 * there is at least one enabled directive and one asset (SPEC §2, §3). Files of no known kind are left out.
 */
export function checkConfiguration(
  texts: readonly ConfigurationText[],
  { checkSource, folder = 'configuration' }: CheckOptions,
): ConfigurationResult {
  const checked = checkFiles(texts, checkSource);
  const faults = [...checked.faults];
  const { directives, assets } = checked.lists;
  if (!directives.items.some(isEnabled) && directives.faults.length === 0) {
    faults.push({ file: folder, problem: describeNoDirective(directives.items.length) });
  }
  if (assets.items.length === 0 && assets.faults.length === 0) {
    const problem = 'there is no asset, an assets_*.json file must hold at least one';
    faults.push({ file: folder, problem });
  }
  return conclude(checked, faults);
}

/** Checks one file as deeply as a whole configuration, but not whether it goes with the others (SPEC §11). */
export function checkConfigurationFile(
  text: ConfigurationText,
  checkSource: SourceCheck,
): ConfigurationResult {
  const kind = kindOfFile(text.name);
  if (kind === undefined) {
    const prefixes = FILE_KINDS.map((known) => `${known}_`).join(', ');
    const problem = `must have a name that begins with one of ${prefixes} and ends in .json`;
    return { faults: [{ file: text.name, problem }], warnings: [] };
  }
  const checked = checkFiles([text], checkSource);
  const faults = [...checked.faults];
  const mayBeEmpty = kind === 'intel' || kind === 'vuln';
  if (!mayBeEmpty && checked.lists[kind].items.length === 0 && faults.length === 0) {
    faults.push({ file: text.name, field: kind, problem: 'must not be empty' });
  }
  return conclude(checked, faults);
}

interface CheckedFiles {
  readonly lists: Readonly<Record<FileKind, ItemList>>;
  readonly configuration: Configuration;
  readonly faults: readonly ConfigurationFault[];
  readonly warnings: readonly ConfigurationFault[];
}

function checkFiles(texts: readonly ConfigurationText[], checkSource: SourceCheck): CheckedFiles {
  const sorted = texts
    .map((text) => ({ text, kind: kindOfFile(text.name) }))
    .sort((left, right) => compareTexts(left.text.name, right.text.name));
  const readKind = (kind: FileKind): ItemList => {
    const read = sorted
      .filter((entry) => entry.kind === kind)
      .map(({ text }) => readItems(kind, text));
    return {
      items: read.flatMap(({ items }) => items),
      faults: read.flatMap(({ faults }) => faults),
    };
  };
  const lists = {
    directives: readKind('directives'),
    assets: readKind('assets'),
    intel: readKind('intel'),
    vuln: readKind('vuln'),
  };
  const directives = checkDirectives(lists.directives.items);
  const assets = checkAssets(lists.assets.items);
  const intel = checkSources(lists.intel.items, {
    noun: 'intel source',
    schema: intelSourceSchema,
    check: (source) => checkSource(source, 'intel'),
  });
  const vuln = checkSources(lists.vuln.items, {
    noun: 'vuln source',
    schema: vulnSourceSchema,
    check: (source) => checkSource(source, 'vuln'),
  });
  return {
    lists,
    configuration: {
      directives: directives.directives,
      disabledDirectives: directives.disabled,
      assets: assets.assets,
      intelSources: intel.sources,
      vulnSources: vuln.sources,
      files: sorted.flatMap(({ text, kind }) =>
        kind === undefined ? [] : [describeFile(text, kind)],
      ),
    },
    faults: [...Object.values(lists), directives, assets, intel, vuln].flatMap(
      ({ faults }) => faults,
    ),
    warnings: [directives, intel, vuln].flatMap(({ warnings }) => warnings),
  };
}

function conclude(
  { configuration, warnings }: CheckedFiles,
  faults: readonly ConfigurationFault[],
): ConfigurationResult {
  const found = {
    faults: faults.toSorted(compareFaults),
    warnings: warnings.toSorted(compareFaults),
  };
  return faults.length > 0 ? found : { configuration, ...found };
}

function isEnabled({ value }: Item): boolean {
  return valueAt(value, ['disabled']) !== true;
}

function describeNoDirective(found: number): string {
  return found === 0
    ? 'there is no directive, a directives_*.json file must hold at least one'
    : 'all directives are disabled, at least one must be enabled';
}

function describeFile(
  { name, text, modifiedAt, sha256 }: ConfigurationText,
  kind: FileKind,
): ConfigurationFile {
  return {
    name,
    kind,
    size: Buffer.byteLength(text),
    sha256: sha256 ?? createHash('sha256').update(text).digest('hex'),
    ...(modifiedAt !== undefined && { modifiedAt }),
  };
}
