import { readPackageVersion } from '../package-folder.ts';

/** Prints the program's version and the Node.js it runs on. */
export function printVersion(): void {
  process.stdout.write(`dsiem-ts ${readPackageVersion()} (Node.js ${process.version})\n`);
}
