import { existsSync } from 'node:fs';
import { isInstalled, SCHEMATHESIS } from '../../scripts/tools.ts';

/** For the `skip` option of a test that needs a program outside npm: why it is skipped, or false. */
export function skipWithout(command: string): string | false {
  return isInstalled(command) ? false : `${command} is not installed`;
}

/** For the `skip` option of a test that needs the OpenAPI client: why it is skipped, or false. */
export function skipWithoutSchemathesis(): string | false {
  return existsSync(SCHEMATHESIS) ? false : 'schemathesis is not installed';
}
