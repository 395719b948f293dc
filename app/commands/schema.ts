import type { FileKind } from '../../config/file-kind.ts';
import { fileJsonSchema } from '../../config/schemas.ts';

/** Prints the JSON Schema of one kind of configuration file, for editors. */
export function printSchema(kind: FileKind): void {
  process.stdout.write(`${JSON.stringify(fileJsonSchema(kind), undefined, 2)}\n`);
}
