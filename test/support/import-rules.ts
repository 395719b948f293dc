import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { SourceFile, SourceImport } from './source-file.ts';

const folderRules = z.strictObject({
  folders: z.array(z.string()),
  types: z.array(z.string()),
  packages: z.array(z.string()),
  packageTypes: z.array(z.string()),
});
const importRules = z.record(z.string(), z.union([z.literal('everything'), folderRules]));

/** Who may import whom, by top-level folder. */
export type ImportRules = z.infer<typeof importRules>;
type FolderRules = z.infer<typeof folderRules>;

/** Reads the table; throws when its shape is wrong. */
export function readImportRules(path: string): ImportRules {
  return importRules.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** The imports of `file` that the table does not allow, one sentence each. */
export function findForbiddenImports(file: SourceFile, rules: ImportRules): string[] {
  const folder = topFolder(file.path);
  const allowed = rules[folder];
  if (allowed === undefined) return [`${file.path}: the folder ${folder}/ is not in the table`];
  if (allowed === 'everything') return [];
  return file.imports
    .filter((imported) => !isAllowed(imported, folder, allowed))
    .map(
      (imported) =>
        `${file.path} imports ${imported.typeOnly ? 'types of ' : ''}${imported.specifier}`,
    );
}

function isAllowed(imported: SourceImport, folder: string, allowed: FolderRules): boolean {
  const { file, specifier, typeOnly } = imported;
  if (file === null) {
    const packages = typeOnly ? [...allowed.packages, ...allowed.packageTypes] : allowed.packages;
    return packages.some((name) => isPackage(specifier, name));
  }
  const target = topFolder(file);
  if (target === folder || allowed.folders.includes(target)) return true;
  return typeOnly && (allowed.types.includes(target) || allowed.types.includes(file));
}

function isPackage(specifier: string, name: string): boolean {
  if (name.endsWith('*')) return specifier.startsWith(name.slice(0, -1));
  return specifier === name || specifier.startsWith(`${name}/`);
}

function topFolder(path: string): string {
  return path.split('/')[0] ?? path;
}
