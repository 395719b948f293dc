// Names of configuration files and what a new one begins with.
export const KINDS = [
  { kind: 'directives', label: 'Directives' },
  { kind: 'assets', label: 'Assets' },
  { kind: 'intel', label: 'Threat intelligence' },
  { kind: 'vuln', label: 'Vulnerabilities' },
] as const;
export type FileKind = (typeof KINDS)[number]['kind'];

const LISTS: Readonly<Record<FileKind, string>> = {
  directives: 'directives',
  assets: 'assets',
  intel: 'intel_sources',
  vuln: 'vuln_sources',
};

/** The kind of file that a name is of; null for one that the engine does not read. */
export function kindOf(name: string): FileKind | null {
  return (
    KINDS.find(({ kind }) => name.startsWith(`${kind}_`) && name.endsWith('.json'))?.kind ?? null
  );
}

/** What is wrong with the part after the kind; null when it makes a name. */
export function nameProblem(rest: string, taken: readonly string[], kind: FileKind): string | null {
  if (rest === '') return 'A name is needed';
  if (!/^[a-zA-Z0-9_-]+$/.test(rest)) return 'Letters, digits, - and _ only';
  return taken.includes(`${kind}_${rest}.json`) ? 'There is such a file already' : null;
}

/** A file without an entry. */
export function emptyFile(kind: FileKind): string {
  return `{\n  "${LISTS[kind]}": [\n    \n  ]\n}\n`;
}
