// Which configuration files are a node's own (SPEC §11).

const FILE_NAME = /^[a-zA-Z0-9]([a-zA-Z0-9_-]+)?\.json$/;
const NODE_NAME = /^[a-zA-Z0-9]([a-zA-Z0-9_-]*[a-zA-Z0-9])?$/;
const SHARED_PREFIXES = ['assets_', 'intel_', 'vuln_'] as const;
const DIRECTIVES_PREFIX = 'directives_';

/** Whether a backend of this name loads the file: all assets_*, intel_*, vuln_* and its own directives_<node>_*, with the underscore. */
export function isWantedFile(name: string, node: string): boolean {
  if (!FILE_NAME.test(name)) return false;
  return [...SHARED_PREFIXES, `${DIRECTIVES_PREFIX}${node}_`].some((prefix) =>
    name.startsWith(prefix),
  );
}

/** Whether the file holds directives, of whichever node. */
export function isDirectiveFile(name: string): boolean {
  return FILE_NAME.test(name) && name.startsWith(DIRECTIVES_PREFIX);
}

/** Whether a node may have this name: it stands in file names and must be told apart in them. */
export function isNodeName(name: string): boolean {
  return NODE_NAME.test(name) && name.length <= 64;
}
