import { isInstalled } from '../../scripts/tools.ts';

/** For the `skip` option of a test that needs a program outside npm: why it is skipped, or false. */
export function skipWithout(command: string): string | false {
  return isInstalled(command) ? false : `${command} is not installed`;
}
