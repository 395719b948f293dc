import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

/** One import, re-export, dynamic import or import type of a source file. */
export interface SourceImport {
  /** As written. */
  readonly specifier: string;
  /** The imported file relative to the root when the specifier is relative, else null. */
  readonly file: string | null;
  readonly typeOnly: boolean;
}

/** A parsed TypeScript file; `path` is relative to the root, with slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly SourceImport[];
}

/** The folders directly under `root` that are part of the project, sorted. */
export function listTopFolders(root: string): string[] {
  const produced = new Set(['node_modules', 'dist', 'coverage', 'configs', 'logs']);
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .filter((name) => !produced.has(name))
    .sort();
}

/** Every TypeScript file of the project, parsed. */
export function readSourceFiles(root: string): SourceFile[] {
  return listTopFolders(root)
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(folder, name),
      ),
    )
    .filter((path) => /\.tsx?$/.test(path) && existsSync(join(root, path)))
    .sort()
    .map((path) => parseSourceFile(path, readFileSync(join(root, path), 'utf8')));
}

/** Parses `text` as the file `path`. */
export function parseSourceFile(path: string, text: string): SourceFile {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const imports: SourceImport[] = [];
  visit(tree, (node) => {
    const found = readImport(node);
    if (found === null) return;
    const relative = found.specifier.startsWith('.');
    const file = relative ? normalize(join(dirname(path), found.specifier)) : null;
    imports.push({ ...found, file });
  });
  return { path, text, tree, imports };
}

/** Calls `look` with `node` and everything below it. */
export function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  ts.forEachChild(node, (child) => {
    visit(child, look);
  });
}

function readImport(node: ts.Node): { specifier: string; typeOnly: boolean } | null {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const phase = node.importClause?.phaseModifier;
    return {
      specifier: node.moduleSpecifier.text,
      typeOnly: phase === ts.SyntaxKind.TypeKeyword || hasOnlyTypeNames(node.importClause),
    };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    return ts.isStringLiteral(node.moduleSpecifier)
      ? { specifier: node.moduleSpecifier.text, typeOnly: node.isTypeOnly }
      : null;
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const argument = node.arguments[0];
    return argument !== undefined && ts.isStringLiteral(argument)
      ? { specifier: argument.text, typeOnly: false }
      : null;
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    const literal = node.argument.literal;
    return ts.isStringLiteral(literal) ? { specifier: literal.text, typeOnly: true } : null;
  }
  return null;
}

function hasOnlyTypeNames(clause: ts.ImportClause | undefined): boolean {
  const bindings = clause?.namedBindings;
  if (clause === undefined || clause.name !== undefined || bindings === undefined) return false;
  if (!ts.isNamedImports(bindings) || bindings.elements.length === 0) return false;
  return bindings.elements.every((element) => element.isTypeOnly);
}
