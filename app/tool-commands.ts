// Commands beside the engine, each with options of its own: `dsiem token`, `dsiem watch`, `dsiem nesd`.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import yargs, { type Argv } from 'yargs';

const OPERATOR_MISTAKE = 2;

/** The commands of this file as the help of the whole program lists them. */
export const TOOL_COMMANDS: readonly (readonly [words: string, description: string])[] = [
  ['token <action>', 'Add, list or revoke access tokens: see dsiem token --help'],
  ['watch [words..]', 'Print the live alarm feed: see dsiem watch --help'],
  ['nesd', 'Serve Nessus scan results for look-ups: see dsiem nesd --help'],
];

/** Runs a command of this file; false when the words name none. Sets the exit code 2 for an operator's mistake. */
export async function runToolCommand(words: readonly string[]): Promise<boolean> {
  const [name] = words;
  if (name !== 'token' && name !== 'watch' && name !== 'nesd') return false;
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
    await addNesd(addWatch(addToken(parser))).parseAsync();
  } catch (error) {
    if (!(error instanceof ToolUsageError)) throw error;
    process.stderr.write(`dsiem: ${error.message}\ndsiem: see dsiem ${name} --help\n`);
    process.exitCode = OPERATOR_MISTAKE;
  }
  return true;
}

class ToolUsageError extends Error {
  override readonly name = 'ToolUsageError';
}

function note(success: boolean): void {
  if (!success) process.exitCode = OPERATOR_MISTAKE;
}

function withLogDir(parser: Argv): Argv<{ 'log-dir': string }> {
  return parser.option('log-dir', {
    type: 'string',
    default: process.env['DSIEM_LOG_DIR'] || 'logs',
    describe: "The engine's log directory [DSIEM_LOG_DIR]",
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
      const usualUrl = `http://127.0.0.1:${process.env['DSIEM_PORT'] || '8080'}`;
      const parsed = parseWatchWords(words ?? [], usualUrl);
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
  try {
    return (await readFile(join(logDir, 'admin-token'), 'utf8')).trim();
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
