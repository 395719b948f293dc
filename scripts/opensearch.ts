import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isInstalled } from './tools.ts';

const ROOT = join(import.meta.dirname, '..');
const POM = join(ROOT, 'test', 'support', 'opensearch', 'pom.xml');

/** The jars of the OpenSearch that the tests start, once installed. */
export const OPENSEARCH_JARS = join(ROOT, 'node_modules', '.cache', 'opensearch-2.19.6');

/** Fetches the jars from Maven Central where they are missing and a JDK and Maven are there; whether they are there now. */
export function installOpensearch(): boolean {
  if (existsSync(OPENSEARCH_JARS)) return true;
  if (!isInstalled('mvn') || !isInstalled('javac')) return false;
  const unfinished = `${OPENSEARCH_JARS}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  const words = ['-q', '-B', '-f', POM, 'dependency:copy-dependencies'];
  const options = { stdio: 'inherit', timeout: 300_000 } as const;
  const { status } = spawnSync('mvn', [...words, `-DoutputDirectory=${unfinished}`], options);
  if (status !== 0) return false;
  renameSync(unfinished, OPENSEARCH_JARS);
  return true;
}
