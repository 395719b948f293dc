// Configuration as REST and the reload report show it.
import { compareDirectives, type DirectiveDifferences } from '../config/compare-directives.ts';
import { formatFault, type ConfigurationFault } from '../config/configuration-fault.ts';
import type { Configuration, ConfigurationResult } from '../config/configuration.ts';
import type {
  ConcernedDirective,
  ConfigurationFilesView,
  ConfigurationFileView,
  DraftCheckView,
} from '../server/schemas/configuration-file.ts';
import type { FaultView } from '../server/schemas/fault.ts';
import type { FolderFile, FolderState } from './configuration-folder.ts';

/** A file whose content is in force. */
export interface LoadedFile {
  readonly sha256: string;
  /** Unix milliseconds. */
  readonly loadedMs: number;
  readonly changedMs: number | undefined;
}
export type LoadedFiles = ReadonlyMap<string, LoadedFile>;

/** A fault with the keys of the interface. */
export function describeFault(fault: ConfigurationFault): FaultView {
  const { file, directiveId, item, stage, field, problem, got, line, column } = fault;
  return {
    file,
    ...(directiveId !== undefined && { directive_id: directiveId }),
    ...(item !== undefined && { item }),
    ...(stage !== undefined && { stage }),
    ...(field !== undefined && { field }),
    problem,
    ...(got !== undefined && { got }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
    text: formatFault(fault),
  };
}

/** The folder with what is loaded of it. */
export function describeFiles(
  { files, result }: FolderState,
  loaded: LoadedFiles,
): ConfigurationFilesView {
  const names = new Set(files.map(({ name }) => name));
  const isOfFolder = ({ file }: ConfigurationFault): boolean => !names.has(file);
  return {
    files: files.map((file) => describeFile(file, result, loaded)),
    loadable: result.configuration !== undefined,
    problems: result.faults.filter(isOfFolder).map(describeFault),
    warnings: result.warnings.filter(isOfFolder).map(describeFault),
  };
}

/** One file of the folder. */
export function describeFile(
  { name, kind, size, sha256, changedMs }: FolderFile,
  { faults, warnings }: ConfigurationResult,
  loaded: LoadedFiles,
): ConfigurationFileView {
  const isOfFile = ({ file }: ConfigurationFault): boolean => file === name;
  const inForce = loaded.get(name);
  return {
    ...{ name, kind: kind ?? null, size, sha256, changed_at: toSeconds(changedMs) },
    loaded_at: inForce === undefined ? null : toSeconds(inForce.loadedMs),
    loaded_sha256: inForce?.sha256 ?? null,
    problems: faults.filter(isOfFile).map(describeFault),
    warnings: warnings.filter(isOfFile).map(describeFault),
  };
}

/** What loading the result in place of `current` would change. */
export function describeDraft(
  { configuration, faults, warnings }: ConfigurationResult,
  current: Configuration,
  liveBacklogs: (directiveId: number) => number,
): DraftCheckView {
  const found = { problems: faults.map(describeFault), warnings: warnings.map(describeFault) };
  if (configuration === undefined) return { valid: false, ...found, directives: null, backlogs: 0 };
  const differences = compareDirectives(current.directives, configuration.directives);
  const directives = describeDifferences(differences, liveBacklogs);
  const { changed, renamed, removed } = directives;
  const backlogs = [...changed, ...renamed, ...removed].reduce((sum, one) => sum + one.backlogs, 0);
  return { valid: true, ...found, directives, backlogs };
}

function describeDifferences(
  { added, changed, renamed, removed, unchanged }: DirectiveDifferences,
  liveBacklogs: (directiveId: number) => number,
): NonNullable<DraftCheckView['directives']> {
  const describe = (list: DirectiveDifferences['added']): ConcernedDirective[] =>
    list.map(({ source: { id, name } }) => ({ id, name, backlogs: liveBacklogs(id) }));
  return {
    ...{ added: describe(added), changed: describe(changed) },
    ...{ renamed: describe(renamed), removed: describe(removed), unchanged },
  };
}

/** What the load of `files` leaves in force: a content that stays keeps the time when it was loaded. */
export function takeOver(
  files: readonly (Pick<FolderFile, 'name' | 'kind' | 'sha256'> & Pick<LoadedFile, 'changedMs'>)[],
  before: LoadedFiles,
  nowMs: number,
): Map<string, LoadedFile> {
  return new Map(
    files
      .filter(({ kind }) => kind !== undefined)
      .map(({ name, sha256, changedMs }) => {
        const old = before.get(name);
        const loadedMs = old?.sha256 === sha256 ? old.loadedMs : nowMs;
        return [name, { sha256, loadedMs, changedMs }];
      }),
  );
}

/** The names of the files that differ. */
export function compareFiles(
  before: LoadedFiles,
  after: LoadedFiles,
): { added: string[]; changed: string[]; removed: string[] } {
  const names = [...after.keys()];
  return {
    added: names.filter((name) => !before.has(name)),
    changed: names.filter((name) => {
      const old = before.get(name);
      return old !== undefined && old.sha256 !== after.get(name)?.sha256;
    }),
    removed: [...before.keys()].filter((name) => !after.has(name)),
  };
}

/** Whole Unix seconds of milliseconds. */
export function toSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}
