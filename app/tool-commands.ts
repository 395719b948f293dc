// Commands beside the engine, each with options of its own: `dsiem token`, `dsiem watch` and others.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import yargs, { type Argv } from 'yargs';
import { addDemo, addSend, addSimulate, type ToolParts } from './simulation-commands.ts';
import { addSplit } from './split-command.ts';
import { addStore } from './store-command.ts';

const OPERATOR_MISTAKE = 2;

/** The commands of this file as the help of the whole program lists them. */
export const TOOL_COMMANDS: readonly (readonly [words: string, description: string])[] = [
  ['token <action>', 'Add, list or revoke access tokens: see dsiem token --help'],
  ['login [url]', 'Print a link that logs in to the web page once: see dsiem login --help'],
  ['watch [words..]', 'Print the live alarm feed: see dsiem watch --help'],
  ['nesd', 'Serve Nessus scan results for look-ups: see dsiem nesd --help'],
  ['store rebuild', 'Make the alarm store again from the files: see dsiem store --help'],
  ['split <files..>', 'Share directives out among backends: see dsiem split --help'],
  ['simulate', 'Attack directives and tell whether their alarms came: see dsiem simulate --help'],
  ['send <files..>', 'Post events from files: see dsiem send --help'],
  ['demo', 'Start an engine with the starter set and attack it: see dsiem demo --help'],
  ['completion [shell]', 'Print completion for bash or zsh: see dsiem completion --help'],
];

/** Runs a command of this file; false when the words name none. Sets the exit code 2 for an operator's mistake. */
export async function runToolCommand(words: readonly string[]): Promise<boolean> {
  const name = commandOf(words);
  if (!TOOL_COMMANDS.some(([usage]) => usage.split(' ', 1)[0] === name)) return false;
  const parser = yargs([...words])
    .scriptName('dsiem')
    .locale('en')
    .version(false)
    .help('help')
    .alias('help', 'h')
    .strict()
    .wrap(process.stdout.isTTY ? Math.min(120, process.stdout.columns) : 100)
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      throw error ?? new ToolUsageError(message ?? 'is not understood');
    });
  try {
    addStore(parser);
    addStore(parser);
    addCompletion(addSplit(addNesd(addWatch(addLogin(addToken(parser)))), findToken));
    await addDemo(addSend(addSimulate(parser, PARTS), PARTS), PARTS).parseAsync();
  } catch (error) {
    if (!(error instanceof ToolUsageError)) throw error;
    process.stderr.write(`dsiem: ${error.message}\ndsiem: see dsiem ${String(name)} --help\n`);
    process.exitCode = OPERATOR_MISTAKE;
  }
  return true;
}

/** A shell that completes a command line gives yargs' own flag and the program's name first. */
function commandOf([first, , third]: readonly string[]): string | undefined {
  return first === '--get-yargs-completions' ? third : first;
}

class ToolUsageError extends Error {
  override readonly name = 'ToolUsageError';
}

const PARTS: ToolParts = {
  findToken,
  withLogDir,
  refuse: (problem) => {
    throw new ToolUsageError(problem);
  },
};

function note(success: boolean): void {
  if (!success) process.exitCode = OPERATOR_MISTAKE;
}

function withLogDir(parser: Argv): Argv<{ 'log-dir': string }> {
  return parser.option('log-dir', {
    type: 'string',
    default: process.env['DSIEM_LOG_DIR'] || 'logs',
    describe:
      "The engine's log directory, of a node of a cluster its own folder in it [DSIEM_LOG_DIR]",
  });
}

function addToken(parser: Argv): Argv {
  const name = { type: 'string', demandOption: true, describe: 'Who or what will use it' } as const;
  return parser.command('token', 'Access tokens; a running engine follows by itself', (token) =>
    token
      .command(
        'add <name>',
        'Make a token and print it, this once',
        (add) =>
          withLogDir(add).positional('name', name).option('role', {
            type: 'string',
            demandOption: true,
            describe: 'events, reader, analyst or admin',
          }),
        async ({ name: added, role, logDir }) => {
          const commands = await import('./commands/token.ts');
          note(await commands.addToken({ logDir: logDir, name: added, role }));
        },
      )
      .command('list', 'Print names and roles', withLogDir, async ({ logDir }) => {
        const commands = await import('./commands/token.ts');
        note(await commands.listTokens({ logDir: logDir }));
      })
      .command(
        'revoke <name>',
        'End a token',
        (revoke) => withLogDir(revoke).positional('name', name),
        async ({ name: revoked, logDir }) => {
          const commands = await import('./commands/token.ts');
          note(await commands.revokeToken({ logDir: logDir, name: revoked }));
        },
      )
      .demandCommand(1, 'token: say add, list or revoke'),
  );
}

function addLogin(parser: Argv): Argv {
  return parser.command(
    'login [url]',
    'Print a link that logs in to the web page of a running engine, once, within 15 minutes',
    (inner) =>
      withLogDir(inner)
        .positional('url', { type: 'string', default: usualUrl(), describe: 'Of the engine' })
        .option('token-file', {
          type: 'string',
          describe: "A file with an admin's token, else admin-token in the log directory",
        }),
    async ({ url, logDir, 'token-file': file }) => {
      const { printLoginLink } = await import('./commands/login.ts');
      const token = file === undefined ? await readAdminToken(logDir) : await readTokenFile(file);
      note(await printLoginLink({ url, token }));
    },
  );
}

function usualUrl(): string {
  return `http://127.0.0.1:${process.env['DSIEM_PORT'] || '8080'}`;
}

function addWatch(parser: Argv): Argv {
  return parser.command(
    'watch [words..]',
    'Print the live alarm feed until it is interrupted',
    (inner) =>
      withLogDir(inner)
        .positional('words', {
          type: 'string',
          array: true,
          describe:
            'The URL of the engine, and filters: min_risk=3 directive= address= status= kinds=',
        })
        .option('token-file', { type: 'string', describe: 'A file with the token to use' })
        .option('json', { alias: 'j', type: 'boolean', default: false, describe: 'JSON lines' })
        .example('$0 watch min_risk=3', 'Alarms of risk 3 and more of the engine on this machine')
        .example('$0 watch https://siem.example.org:8080 --token-file ./token -j', 'For a pipe'),
    async ({ words, json, logDir, 'token-file': tokenFile }) => {
      const { parseWatchWords, watch } = await import('./commands/watch.ts');
      const parsed = parseWatchWords(words ?? [], usualUrl());
      if (typeof parsed === 'string') {
        process.stderr.write(`dsiem: ${parsed}\n`);
        note(false);
        return;
      }
      const token = await findToken(tokenFile, logDir);
      note(await watch({ ...parsed, token, json }));
    },
  );
}

/** The token of the file or of DSIEM_READ_TOKEN, else the one that the engine's first start wrote, where we may read it. */
async function findToken(file: string | undefined, logDir: string): Promise<string | undefined> {
  if (file !== undefined) return readTokenFile(file);
  const given = process.env['DSIEM_READ_TOKEN'];
  if (given !== undefined && given !== '') return given;
  return readAdminToken(logDir);
}

/** A frontend's lies in the folder of its own; of several frontends nobody can know which is meant. */
async function readAdminToken(logDir: string): Promise<string | undefined> {
  try {
    const names = await readdir(logDir);
    const frontends = names.filter((name) => name.startsWith('frontend-'));
    const [only] = frontends;
    const isOfCluster = !names.includes('admin-token') && frontends.length === 1;
    const folder = isOfCluster && only !== undefined ? join(logDir, only) : logDir;
    return (await readFile(join(folder, 'admin-token'), 'utf8')).trim();
  } catch {
    return undefined;
  }
}

async function readTokenFile(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ToolUsageError(`--token-file: cannot be read: ${reason}`, { cause });
  }
}

function addNesd(parser: Argv): Argv {
  return parser.command(
    'nesd',
    'Serve Nessus scan results for vulnerability look-ups, as Dsiem’s nesd does',
    (inner) =>
      inner
        .option('address', {
          ...{ alias: 'a', type: 'string', default: process.env['NESD_ADDRESS'] || '127.0.0.1' },
          describe: 'Address to listen on',
        })
        .option('port', {
          ...{ alias: 'p', type: 'number', default: Number(process.env['NESD_PORT'] || 8081) },
          describe: 'Port to listen on',
        })
        .option('csvdir', {
          ...{ alias: 'd', type: 'string', demandOption: true },
          describe: 'Folder of nessus_*.csv exports',
        }),
    async ({ address, port, csvdir }) => {
      const { runNesd } = await import('./commands/nesd.ts');
      await runNesd({ address, port, csvdir });
    },
  );
}

function addCompletion(parser: Argv): Argv {
  return parser.command(
    'completion [shell]',
    'Print a script that lets bash or zsh complete commands and flags',
    (inner) =>
      inner
        .positional('shell', {
          ...{ choices: ['bash', 'zsh'] as const, describe: 'The shell' },
          default: process.env['SHELL']?.endsWith('zsh') === true ? 'zsh' : 'bash',
        })
        .example('source <($0 completion bash)', 'In ~/.bashrc')
        .example('source <($0 completion zsh)', 'In ~/.zshrc, after compinit'),
    async ({ shell }) => {
      const { printCompletion } = await import('./commands/completion.ts');
      printCompletion(shell === 'zsh' ? 'zsh' : 'bash');
    },
  );
}
