// Owns what is loaded: reads and checks the folder, has the engine take it over whole or not at all, and changes files
// for people. Reloads and changes go one after the other.
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type Logger from 'bunyan';
import type { ReloadReport } from '../actors/slot-reload.ts';
import { checkConfigurationFile } from '../config/check-configuration.ts';
import type { ConfigurationFault } from '../config/configuration-fault.ts';
import type { Configuration, SourceCheck } from '../config/configuration.ts';
import type {
  ChangeOutcome,
  ConfigurationAdmin,
  Draft,
  Precondition,
} from '../server/configuration-admin.ts';
import { readConfigurationBytes } from '../server/configuration-files.ts';
import type { ConfigurationPort } from '../server/configuration-port.ts';
import type { ReloadReason, ReloadView } from '../server/schemas/reload.ts';
import { syncFolder, writeFileAtomically } from '../state/atomic-file.ts';
import { createConfigurationFolder, hash, type FolderState } from './configuration-folder.ts';
import {
  compareFiles,
  describeDraft,
  describeFault,
  describeFile,
  describeFiles,
  takeOver,
  toSeconds,
  type LoadedFile,
  type LoadedFiles,
} from './configuration-views.ts';
import { createDirectiveCatalogue, type DirectiveCatalogue } from './directive-catalogue.ts';
import { describeNoChange, describeReport, logReload } from './reload-report.ts';
import { createSerialQueue } from './serial-queue.ts';

export interface ConfigurationServiceDeps {
  readonly folder: string;
  readonly checkSource: SourceCheck;
  /** Which files concern this node; all of them unless given. */
  readonly isWanted?: ((name: string) => boolean) | undefined;
  /** What the engine was started with. */
  readonly initial: {
    readonly configuration: Configuration;
    readonly warnings: readonly ConfigurationFault[];
  };
  /** Has engine and look-ups go on with it; undefined when that failed and the old one stays. */
  readonly apply: (configuration: Configuration) => Promise<ReloadReport | undefined>;
  readonly liveBacklogs: (directiveId: number) => number;
  /** Told of every reload, failed ones too. */
  readonly onReload: (reload: ReloadView) => void;
  /** Unix milliseconds. */
  readonly wallMs: () => number;
  readonly log: Logger;
}

/** The configuration of a running engine. */
export interface ConfigurationService
  extends ConfigurationAdmin, Omit<ConfigurationPort, 'reload'> {
  /** Names of the files in force. */
  loadedFiles(): readonly string[];
  /** Loads the folder unless it holds what is in force; for who only knows that something may have changed. */
  reloadIfChanged(reason: ReloadReason, by: string): Promise<void>;
}

interface Loaded {
  readonly configuration: Configuration;
  readonly files: ReadonlyMap<string, LoadedFile>;
  readonly catalogue: DirectiveCatalogue;
}

/** A service that holds what the engine was started with. */
export function createConfigurationService(deps: ConfigurationServiceDeps): ConfigurationService {
  const { folder, checkSource, wallMs } = deps;
  const disk = createConfigurationFolder(folder, checkSource, deps.isWanted);
  const inTurn = createSerialQueue();
  let loaded = loadInitial(deps);
  let lastReload = describeStart(deps);

  const unchanged = (): ReloadView['directives'] =>
    describeNoChange(loaded.configuration.directives.length);

  async function load(reason: ReloadReason, by: string): Promise<ReloadView> {
    const startedMs = wallMs();
    const state = await disk.readAnew();
    const faults = [...state.result.faults];
    const report = await applyState(state, faults);
    const before = loaded.files;
    if (report !== undefined && state.result.configuration !== undefined) {
      const { configuration, warnings } = state.result;
      const files = takeOverRead(configuration, loaded.files, wallMs());
      const catalogue = createDirectiveCatalogue({ folder, configuration, warnings, files });
      loaded = { configuration, files, catalogue };
    }
    lastReload = {
      ...{ at: toSeconds(wallMs()), reason, by, ok: report !== undefined },
      took_ms: Math.max(0, Math.round(wallMs() - startedMs)),
      faults: faults.map(describeFault),
      warnings: state.result.warnings.length,
      directives: report === undefined ? unchanged() : describeReport(report),
      files: compareFiles(before, loaded.files),
      backlogs_set_aside: report?.backlogsSetAside ?? 0,
    };
    logReload(deps.log, lastReload);
    deps.onReload(lastReload);
    return lastReload;
  }

  async function applyState(
    { result: { configuration } }: FolderState,
    faults: ConfigurationFault[],
  ): Promise<ReloadReport | undefined> {
    if (configuration === undefined) return undefined;
    let report: ReloadReport | undefined;
    try {
      report = await deps.apply(configuration);
    } catch (err) {
      deps.log.error({ err }, 'the configuration could not be taken over');
    }
    if (report === undefined) {
      faults.push({ file: folder, problem: 'could not be taken over, the log says why' });
    }
    return report;
  }

  async function change(
    draft: Draft,
    precondition: Precondition,
    by: string,
  ): Promise<ChangeOutcome> {
    const found = await disk.hashOf(draft.name);
    if (found === 'taken') return { kind: 'taken' };
    const before = found === 'missing' ? undefined : found.sha256;
    if (!holds(precondition, before)) return { kind: 'conflict', sha256: before };
    if (draft.text === undefined && before === undefined) return { kind: 'missing' };
    const { configuration, faults, warnings } = await disk.readWithDraft(draft);
    if (configuration === undefined) {
      const [problems, doubts] = [faults.map(describeFault), warnings.map(describeFault)];
      return { kind: 'unloadable', problems, warnings: doubts };
    }
    await store(folder, draft);
    const reload = await load('file', by);
    const { files, result } = await disk.read();
    const file = files.find(({ name }) => name === draft.name);
    const view = file === undefined ? undefined : describeFile(file, result, loaded.files);
    return { kind: 'done', file: view, before, reload };
  }

  async function reloadIfChanged(reason: ReloadReason, by: string): Promise<void> {
    const { files } = await disk.read();
    const differences = compareFiles(loaded.files, takeOver(files, loaded.files, 0));
    const isSame = Object.values(differences).every((names) => names.length === 0);
    if (!isSame || !lastReload.ok) await load(reason, by);
  }

  return {
    folder,
    assets: () => loaded.configuration.assets,
    loadedFiles: () => [...loaded.files.keys()],
    get lastReload() {
      return lastReload;
    },
    check: (name, text) =>
      checkConfigurationFile({ name, text }, checkSource).faults.map((fault) => ({
        field: fault.field ?? fault.item ?? fault.file,
        problem: fault.problem,
        got: fault.got,
      })),
    write: (name, text) => inTurn(() => store(folder, { name, text })),
    listFiles: async () => describeFiles(await disk.read(), loaded.files),
    readFile: async (name) => {
      const bytes = await readConfigurationBytes(folder, name);
      return bytes && { text: bytes.toString('utf8'), sha256: hash(bytes) };
    },
    checkDraft: (draft) =>
      inTurn(async () => {
        const result = await disk.readWithDraft(draft);
        return describeDraft(result, loaded.configuration, deps.liveBacklogs);
      }),
    change: (draft, precondition, by) => inTurn(() => change(draft, precondition, by)),
    reload: (reason, by) => inTurn(() => load(reason, by)),
    reloadIfChanged: (reason, by) => inTurn(() => reloadIfChanged(reason, by)),
    directives: () => loaded.catalogue.directives,
    directiveSource: (id) => loaded.catalogue.sourceOf(id),
    directiveText: (id) => loaded.catalogue.textOf(id),
  };
}

function loadInitial({ folder, initial, wallMs }: ConfigurationServiceDeps): Loaded {
  const { configuration, warnings } = initial;
  const files = takeOverRead(configuration, new Map(), wallMs());
  const catalogue = createDirectiveCatalogue({ folder, configuration, warnings, files });
  return { configuration, files, catalogue };
}

/** By what was read for the configuration: the folder may have changed since. */
function takeOverRead(
  configuration: Configuration,
  before: LoadedFiles,
  nowMs: number,
): Map<string, LoadedFile> {
  const files = configuration.files.map(({ modifiedAt: changedMs, ...file }) => ({
    ...file,
    changedMs,
  }));
  return takeOver(files, before, nowMs);
}

function describeStart({ initial, wallMs }: ConfigurationServiceDeps): ReloadView {
  const { configuration, warnings } = initial;
  return {
    ...{ at: toSeconds(wallMs()), reason: 'start', by: '', took_ms: 0, ok: true },
    ...{ faults: [], warnings: warnings.length, backlogs_set_aside: 0 },
    directives: describeNoChange(configuration.directives.length),
    files: { added: configuration.files.map(({ name }) => name), changed: [], removed: [] },
  };
}

function holds({ match, absent }: Precondition, sha256: string | undefined): boolean {
  if (absent === true && sha256 !== undefined) return false;
  if (match === undefined) return true;
  return sha256 !== undefined && (match === '*' || match.includes(sha256));
}

async function store(folder: string, { name, text }: Draft): Promise<void> {
  const path = join(folder, name);
  if (text !== undefined) {
    await writeFileAtomically(path, text, await modeOf(path));
    return;
  }
  await rm(path);
  await syncFolder(folder);
}

/** Of a file that is replaced: one that only its owner may read (it can hold keys of look-ups) must stay so. */
async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch {
    return undefined;
  }
}
