import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { checkConfiguration } from './check-configuration.ts';
import { compareFaults, type ConfigurationFault } from './configuration-fault.ts';
import type { ConfigurationResult, ConfigurationText, SourceCheck } from './configuration.ts';
import { kindOfFile } from './file-kind.ts';

/** Written by the program itself, for the web page (SPEC §11). */
const OWN_FILE = 'dsiem_config.json';

interface Texts {
  readonly texts: readonly ConfigurationText[];
  readonly faults: readonly ConfigurationFault[];
  readonly warnings: readonly ConfigurationFault[];
}

/** What is read of a folder, and with which change. */
export interface FolderReading {
  readonly draft?: DraftFile | undefined;
  /** Which files of the folder are read at all; all of them unless given. */
  readonly isWanted?: ((name: string) => boolean) | undefined;
}

/** A file as it is to be, in place of what the folder has; without a text: gone. */
export interface DraftFile {
  readonly name: string;
  readonly text?: string;
}

/**
 * Reads and checks all configuration files of a folder, with the draft in place of the file of its name: every fault of
 * every file in one result, never an exception.
 */
export async function readConfiguration(
  configDir: string,
  checkSource: SourceCheck,
  reading: FolderReading = {},
): Promise<ConfigurationResult> {
  const { texts, faults, warnings } = await readTexts(configDir, reading);
  const result = checkConfiguration(texts, { folder: configDir, checkSource });
  if (faults.length === 0) return { ...result, warnings: [...warnings, ...result.warnings] };
  // A file that could not be read may hold what seems to be missing.
  const others = result.faults.filter(({ file }) => file !== configDir);
  return {
    faults: [...faults, ...others].sort(compareFaults),
    warnings: [...warnings, ...result.warnings],
  };
}

async function readTexts(
  configDir: string,
  { draft, isWanted = () => true }: FolderReading,
): Promise<Texts> {
  let names: string[];
  try {
    names = await readdir(configDir);
  } catch (error) {
    const problem = `the folder cannot be read: ${reasonOf(error)}`;
    return { texts: [], faults: [{ file: configDir, problem }], warnings: [] };
  }
  const texts: ConfigurationText[] = [];
  const faults: ConfigurationFault[] = [];
  const warnings: ConfigurationFault[] = [];
  const others = names.filter(
    (name) => name.endsWith('.json') && name !== draft?.name && isWanted(name),
  );
  if (draft?.text !== undefined) texts.push({ name: draft.name, text: draft.text });
  for (const name of others.sort()) {
    if (kindOfFile(name) === undefined) {
      if (name !== OWN_FILE) warnings.push({ file: name, problem: UNKNOWN_NAME });
      continue;
    }
    const read = await readText(configDir, name);
    if ('problem' in read) faults.push(read);
    else texts.push(read);
  }
  return { texts, faults, warnings };
}

const UNKNOWN_NAME =
  'is not read: names begin with directives_, assets_, intel_ or vuln_ and end in .json';

async function readText(
  configDir: string,
  name: string,
): Promise<ConfigurationText | ConfigurationFault> {
  const path = join(configDir, name);
  try {
    const found = await stat(path);
    // Reading a named pipe would wait for its writer for good.
    if (!found.isFile()) return { file: name, problem: 'cannot be read: not a regular file' };
    const { mtimeMs } = found;
    const bytes = await readFile(path);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { name, text, modifiedAt: mtimeMs, sha256 };
  } catch (error) {
    const isEncoding = error instanceof TypeError;
    const problem = isEncoding ? 'must be UTF-8 text' : `cannot be read: ${reasonOf(error)}`;
    return { file: name, problem };
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
