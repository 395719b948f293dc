import { execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';

/** Another machine as far as the network goes: a namespace with a cable to this one. */
export interface NetworkNamespace {
  /** This machine's address as seen from there. */
  readonly hostAddress: string;
  /** The other machine's own address. */
  readonly address: string;
  /** Runs a command there with the text as its input; gives its output, rejects when it fails. */
  run(command: readonly [string, ...string[]], input: string): Promise<string>;
  dispose(): void;
}

/** Makes a namespace; undefined where this user may not. */
export function makeNetworkNamespace(): NetworkNamespace | undefined {
  const id = String(randomInt(100_000, 999_999));
  const name = `dsiem-test-${id}`;
  const [inside, outside] = [`dsi${id}`, `dso${id}`];
  // 198.18.0.0/15 is set aside for tests between networks (RFC 2544)
  const net = `198.18.${String(randomInt(256))}`;
  const base = randomInt(64) * 4;
  const [hostAddress, address] = [`${net}.${String(base + 1)}`, `${net}.${String(base + 2)}`];
  try {
    ip('netns', 'add', name);
    ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, 'netns', name);
    ip('address', 'add', `${hostAddress}/30`, 'dev', outside);
    ip('link', 'set', outside, 'up');
    ip('-n', name, 'address', 'add', `${address}/30`, 'dev', inside);
    ip('-n', name, 'link', 'set', inside, 'up');
  } catch {
    remove(name);
    return undefined;
  }
  return {
    hostAddress,
    address,
    run: (command, input) => runIn(name, command, input),
    dispose: () => {
      remove(name);
    },
  };
}

/** For the `skip` option of a test that needs a namespace; in CI nothing is skipped, it fails. */
export function skipWithoutNamespace(): string | false {
  if (process.env['CI'] === 'true') return false;
  const namespace = makeNetworkNamespace();
  namespace?.dispose();
  return namespace === undefined ? 'this user may not make a network namespace' : false;
}

/** Administrators' commands may lie outside the search path. */
const ENVIRONMENT = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };

function ip(...words: readonly string[]): void {
  execFileSync('ip', words, { stdio: 'ignore', env: ENVIRONMENT });
}

/** The cable goes with the namespace that holds its end. */
function remove(name: string): void {
  try {
    ip('netns', 'del', name);
  } catch {
    // It was never made.
  }
}

function runIn(
  name: string,
  command: readonly [string, ...string[]],
  input: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('ip', ['netns', 'exec', name, ...command], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: ENVIRONMENT,
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command[0]} ended with ${String(code)}: ${output}`));
    });
    child.stdin.end(input);
  });
}
