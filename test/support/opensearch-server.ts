import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { OPENSEARCH_JARS } from '../../scripts/opensearch.ts';
import { isInstalled } from '../../scripts/tools.ts';
import { makeTemporaryFolder, removeFolder } from './temporary-folder.ts';

const PROGRAM = join(import.meta.dirname, 'opensearch', 'EmbeddedOpensearch.java');

/** A real OpenSearch of one node. */
export interface OpensearchServer {
  readonly url: string;
  /** Asks it and answers the JSON that came; throws on a status of 400 or more. */
  ask(method: string, path: string, body?: object): Promise<unknown>;
  stop(): Promise<void>;
}

/** For the `skip` option of a test that needs it: why it is skipped, or false. */
export function skipWithoutOpensearch(): string | false {
  if (!isInstalled('javac')) return 'javac is not installed';
  return existsSync(OPENSEARCH_JARS) ? false : 'OpenSearch is not installed';
}

/** Starts it, which takes about ten seconds; rejects with its log when it ends before it listens. */
export async function startOpensearch(): Promise<OpensearchServer> {
  const home = makeTemporaryFolder('opensearch');
  const words = ['-Xms256m', '-Xmx384m', '-cp', join(OPENSEARCH_JARS, '*'), PROGRAM, home];
  const child = spawn('java', words, { stdio: ['pipe', 'pipe', 'ignore'] });
  const log: string[] = [];
  let url: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    log.push(line);
    if (!line.startsWith('listening ')) continue;
    url = `http://${line.slice('listening '.length)}`;
    break;
  }
  child.stdout.resume();
  if (url === undefined) throw new Error(`OpenSearch did not start: ${log.slice(-20).join('\n')}`);
  const origin = url;
  return {
    url: origin,
    async ask(method, path, body) {
      const response = await fetch(`${origin}${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.status >= 400) throw new Error(`${String(response.status)} ${text}`);
      const answer: unknown = JSON.parse(text);
      return answer;
    },
    async stop() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
      removeFolder(home);
    },
  };
}
