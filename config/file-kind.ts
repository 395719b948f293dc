/** The kinds of configuration files, by the prefix of their names. */
export const FILE_KINDS = ['directives', 'assets', 'intel', 'vuln'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

/** The key of the list that a file of each kind holds. */
export const LIST_KEYS = {
  directives: 'directives',
  assets: 'assets',
  intel: 'intel_sources',
  vuln: 'vuln_sources',
} as const satisfies Record<FileKind, string>;

/** Whether a word names a kind of file. */
export function isFileKind(word: string): word is FileKind {
  return FILE_KINDS.some((kind) => kind === word);
}

/** The kind of a configuration file by its name, undefined when the engine does not read it. */
export function kindOfFile(name: string): FileKind | undefined {
  if (!name.endsWith('.json')) return undefined;
  return FILE_KINDS.find((kind) => name.startsWith(`${kind}_`));
}
