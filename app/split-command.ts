// The words of `dsiem split`; what it does is in commands/split.ts.
import type { Argv } from 'yargs';

const OPERATOR_MISTAKE = 2;

/** Adds `dsiem split` to the commands of the parser; `findToken` finds the token for the engine that is asked. */
export function addSplit(
  parser: Argv,
  findToken: (file: string | undefined, logDir: string) => Promise<string | undefined>,
): Argv {
  return parser.command(
    'split <files..>',
    'Share directives out among the backends of a cluster by what they cost',
    (inner) =>
      inner
        .positional('files', { type: 'string', array: true, demandOption: true })
        .option('nodes', {
          ...{ type: 'string', demandOption: true },
          describe: 'Names of the backends, with commas between',
        })
        .option('output-dir', {
          ...{ type: 'string', default: '.' },
          describe: 'Folder for directives_<node>_<rest>.json',
        })
        .option('statistics', {
          ...{ type: 'string', array: true, nargs: 1, default: [] },
          describe:
            'By measured costs: URLs of running engines, or files with their statistics; else they are estimated',
        })
        .option('token-file', { type: 'string', describe: 'A file with the token for the engine' })
        .option('log-dir', {
          ...{ type: 'string', default: process.env['DSIEM_LOG_DIR'] || 'logs' },
          describe: "The engine's log directory, for its admin token [DSIEM_LOG_DIR]",
        })
        .option('force', { type: 'boolean', default: false, describe: 'Overwrite files' })
        .option('dry-run', { type: 'boolean', default: false, describe: 'Write nothing' })
        .example('$0 split --nodes backend-0,backend-1 directives_all.json', 'Two files, here')
        .example(
          '$0 split --nodes b0,b1 --statistics http://127.0.0.1:8080 --output-dir new configs/directives_*.json',
          'By what a running engine has measured',
        ),
    async ({ files, nodes, statistics, force, ...given }) => {
      const { split } = await import('./commands/split.ts');
      const isDone = await split({
        ...{ files, nodes: nodes.split(',').map((node) => node.trim()) },
        ...{ statistics, force, outputDir: given['output-dir'], dryRun: given['dry-run'] },
        token:
          statistics.length === 0
            ? undefined
            : await findToken(given['token-file'], given['log-dir']),
      });
      if (!isDone) process.exitCode = OPERATOR_MISTAKE;
    },
  );
}
