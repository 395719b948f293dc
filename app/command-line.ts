import yargs, { type Argv } from 'yargs';

import { canonicalArguments, VERBOSITY_FLAG } from '../config/flag-spelling.ts';
import { FILE_KINDS, isFileKind, type FileKind } from '../config/file-kind.ts';
import { IGNORED_OPTIONS } from '../config/ignored-options.ts';
import { describeDefault, OPTION_GROUPS } from '../config/option-row.ts';
import { OPTION_NAMES, OPTION_TABLE } from '../config/option-table.ts';
import type { Mode } from '../config/options.ts';
import type { Flags } from '../config/read-options.ts';
import { findPackageFolder } from './package-folder.ts';
import { TOOL_COMMANDS } from './tool-commands.ts';

/** What the operator wants done. */
export type Command =
  /** As the options say, or as a node of a cluster. */
  | { readonly name: 'serve'; readonly mode?: Exclude<Mode, 'standalone'> }
  | { readonly name: 'check'; readonly folder: string | undefined }
  | { readonly name: 'schema'; readonly kind: FileKind }
  | { readonly name: 'version' };

/** A command line taken apart; `surplus` are words that belong to nothing. */
export interface CommandLine {
  readonly command: Command;
  readonly flags: Flags;
  readonly surplus: readonly string[];
}

/** Taken apart words other than flags. */
const POSITIONALS = ['folder', 'kind'];

/**
 * Takes a command line apart, printing help where it is asked for (undefined then). Values and unknown flags are not
 * judged here: readOptions reports them together with the environment's. Throws CommandLineError for what has no meaning.
 */
export async function parseCommandLine(given: readonly string[]): Promise<CommandLine | undefined> {
  let command: Command | undefined;
  const choose = (chosen: Command): void => {
    command = chosen;
  };
  const parser = addCommands(addOptions(createParser(inWords(given))), choose);
  const parsed: Record<string, unknown> = { ...(await parser.parseAsync()) };
  if (command === undefined) return undefined;
  const words = Array.isArray(parsed['_']) ? parsed['_'].map(String) : [];
  const flags = Object.fromEntries(
    Object.entries(parsed).filter(
      ([name]) => name !== '_' && name !== '$0' && name !== '--' && !POSITIONALS.includes(name),
    ),
  );
  return { command, flags, surplus: withoutCommand(words) };
}

/** `help` and `--version` as what they stand for. */
function inWords(given: readonly string[]): readonly string[] {
  const [first, ...others] = given;
  if (first === 'help') return [...others, '--help'];
  return first === '--version' ? ['version', ...others] : given;
}

const COMMAND_WORDS = new Set([
  'serve',
  'frontend',
  'backend',
  'check',
  'validate',
  'schema',
  'version',
]);

function withoutCommand(words: readonly string[]): string[] {
  const [first] = words;
  return first !== undefined && COMMAND_WORDS.has(first) ? words.slice(1) : [...words];
}

/** A command line that names no known thing to do, with yargs' own words for it. */
export class CommandLineError extends Error {
  override readonly name = 'CommandLineError';
}

function createParser(given: readonly string[]): Argv {
  return yargs(canonicalArguments(given))
    .scriptName('dsiem')
    .locale('en')
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'duplicate-arguments-array': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'strip-aliased': true,
    })
    .usage(
      '$0 [command] [options]\n\nSecurity event correlation: normalized events in, alarms out.',
    )
    .version(false)
    .help('help')
    .alias('help', 'h')
    .wrap(process.stdout.isTTY ? Math.min(120, process.stdout.columns) : 100)
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      throw error ?? new CommandLineError(message ?? 'the command line has no meaning');
    })
    .epilogue(
      [
        'A flag wins over its variable (in brackets), the variable over the default. Flags may be written with hyphens, ' +
          'underscores or in camel case. A variable that begins with DSIEM_ and is none of these is a warning.',
        'Signals: SIGTERM and SIGINT save what is under way and end, SIGHUP loads the configuration anew.\n' +
          'Exit codes: 0 done, 1 failed, 2 something to put right first: an option, the configuration, a log directory in use.',
        'Once it runs: events by POST to /events, the page at /ui/ (dsiem login prints a link), whether it is well at ' +
          '/readyz, figures at /metrics.',
        `Documents: docs/README.md in ${findPackageFolder()}`,
      ].join('\n\n'),
    );
}

function addOptions(parser: Argv): Argv {
  for (const group of OPTION_GROUPS) {
    const names = OPTION_NAMES.filter((name) => OPTION_TABLE[name].group === group);
    for (const name of names) {
      const row = OPTION_TABLE[name];
      const { flag, short, variable, description, unit } = row;
      parser.option(flag, {
        ...(short !== undefined && { alias: short }),
        group: `${group}:`,
        describe: `${description}${unit === undefined ? '' : ` (${unit})`} [${variable}]`,
        defaultDescription: describeDefault(row),
      });
    }
  }
  parser.option(VERBOSITY_FLAG, {
    count: true,
    group: 'Logging:',
    describe: 'Log more: -v is debug, -vv is trace',
  });
  for (const { flag } of IGNORED_OPTIONS) parser.option(flag, { hidden: true });
  return parser;
}

function addCommands(parser: Argv, choose: (command: Command) => void): Argv {
  const hideAllBut =
    (...shown: readonly string[]) =>
    (inner: Argv): Argv => {
      for (const name of OPTION_NAMES) {
        const { flag } = OPTION_TABLE[name];
        if (!shown.includes(flag)) inner.hide(flag);
      }
      return inner.hide(VERBOSITY_FLAG);
    };
  const commands = parser
    .command(
      ['serve', '$0'],
      'Start the engine (the default)',
      (inner) => inner,
      () => {
        choose({ name: 'serve' });
      },
    )
    .command(
      'frontend',
      'Start a frontend of a cluster, as dsiem-frontend does: needs --node and NATS (--msq)',
      (inner) => inner,
      () => {
        choose({ name: 'serve', mode: 'cluster-frontend' });
      },
    )
    .command(
      'backend',
      'Start a backend of a cluster, as dsiem-backend does: needs --node, --frontend and NATS (--msq)',
      (inner) =>
        inner.epilogue(
          'A backend gets its events and its configuration from frontends, and its alarms are on their page. With ' +
            '--tcp-port it answers at /readyz, /healthz, /metrics and /debug/vars, and nowhere else.',
        ),
      () => {
        choose({ name: 'serve', mode: 'cluster-backend' });
      },
    )
    .command(
      ['check [folder]', 'validate'],
      'Check a configuration folder without starting; exit code 2 when it cannot be loaded',
      (inner) =>
        hideAllBut(
          'config-dir',
          'plugin-dir',
          'json',
        )(inner).positional('folder', {
          type: 'string',
          describe: 'The folder, --config-dir without it',
        }),
      ({ folder }) => {
        choose({ name: 'check', folder });
      },
    )
    .command(
      'schema <kind>',
      'Print the JSON Schema of directives, assets, intel or vuln files',
      (inner) =>
        hideAllBut()(inner).positional('kind', {
          type: 'string',
          demandOption: true,
          describe: FILE_KINDS.join(', '),
        }),
      ({ kind }) => {
        if (!isFileKind(kind)) {
          throw new CommandLineError(
            `schema: must be one of ${FILE_KINDS.join(', ')}, got "${kind}"`,
          );
        }
        choose({ name: 'schema', kind });
      },
    )
    .command(
      'version',
      'Print the version; so does --version',
      (inner) => hideAllBut()(inner),
      () => {
        choose({ name: 'version' });
      },
    );
  // Only listed here: runToolCommand takes them before.
  for (const [words, description] of TOOL_COMMANDS) commands.command(words, description);
  return commands
    .example('$0', 'Start with ./configs and ./logs on port 8080')
    .example('$0 serve --config-dir /etc/dsiem --log-dir /var/log/dsiem -j', 'As a service')
    .example('$0 check ./configs', 'See whether a changed configuration would load')
    .example('DSIEM_PORT=8181 $0', 'Every option is an environment variable too')
    .example('$0 demo', 'See an attack caught, with nothing to set up');
}
