// The words of `dsiem store`; what it does is in commands/store.ts.
import type { Argv } from 'yargs';
import { formatOptionFault, readOptions, type Flags } from '../config/read-options.ts';

const OPERATOR_MISTAKE = 2;
/** Options of the engine that decide what its store has; their variables count too. */
const STORE_FLAGS = [
  'mode',
  'node',
  'log-dir',
  'status',
  'tags',
  'alarm-limit',
  'alarm-retention',
] as const;

/** Adds `dsiem store` to the commands of the parser. */
export function addStore(parser: Argv): Argv {
  return parser.command('store', 'The alarm store of a log directory', (store) =>
    store
      .command(
        'rebuild',
        'Make it again from the alarm files, rotated ones too, and the record of what persons did; the engine must not run',
        (rebuild) => {
          const text = { type: 'string', requiresArg: true } as const;
          let words: Argv = rebuild;
          for (const flag of STORE_FLAGS) {
            words = words.option(flag, { ...text, describe: 'As the engine has it' });
          }
          return words.example(
            '$0 store rebuild --log-dir /var/log/dsiem',
            'The engine is stopped',
          );
        },
        async (flags) => {
          if (!(await rebuild(flags))) process.exitCode = OPERATOR_MISTAKE;
        },
      )
      .demandCommand(1, 'store: say rebuild'),
  );
}

async function rebuild(given: Flags): Promise<boolean> {
  const flags = Object.fromEntries(STORE_FLAGS.map((flag) => [flag, given[flag]]));
  const { options, faults } = readOptions(flags, process.env);
  if (faults.length > 0) {
    for (const fault of faults) process.stderr.write(`dsiem: ${formatOptionFault(fault)}\n`);
    return false;
  }
  const { rebuildStore } = await import('./commands/store.ts');
  return rebuildStore(options);
}
