#!/usr/bin/env -S node --max-semi-space-size=64
import type { OptionFault } from '../config/option-rules.ts';
import { formatOptionFault, readOptions } from '../config/read-options.ts';
import { runToolCommand } from './tool-commands.ts';
import { CommandLineError, parseCommandLine, type CommandLine } from './command-line.ts';

/** Exit code for what an operator has to put right: options, configuration (SPEC §11). */
const OPERATOR_MISTAKE = 2;

for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
try {
  await main();
} catch (error) {
  if (!(error instanceof CommandLineError)) throw error;
  reportMistakes([error.message]);
}

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  if (await runToolCommand(words)) return;
  const line = await parseCommandLine(words);
  if (line !== undefined) await run(line);
}

async function run({ command, flags, surplus }: CommandLine): Promise<void> {
  const isOfEngine = command.name === 'serve' || command.name === 'check';
  const mode = command.name === 'serve' ? command.mode : undefined;
  const given = mode === undefined ? flags : { ...flags, mode };
  const read = readOptions(given, isOfEngine ? process.env : {});
  const mistakes = [
    ...surplus.map((word) => `${word}: is not understood here; dsiem --help lists the commands`),
    ...read.faults.map(formatOptionFault),
  ];
  if (mistakes.length > 0) {
    reportMistakes(mistakes);
    return;
  }
  const { options } = read;
  switch (command.name) {
    case 'serve': {
      const { serve } = await import('./commands/serve.ts');
      await serve(read);
      break;
    }
    case 'check': {
      reportWarnings(read.warnings);
      const { check } = await import('./commands/check.ts');
      const folder = command.folder ?? options.configDir;
      if (!(await check({ folder, pluginDir: options.pluginDir, json: options.json })))
        process.exitCode = OPERATOR_MISTAKE;
      break;
    }
    case 'schema': {
      const { printSchema } = await import('./commands/schema.ts');
      printSchema(command.kind);
      break;
    }
    case 'version': {
      const { printVersion } = await import('./commands/version.ts');
      printVersion();
      break;
    }
  }
}

function reportMistakes(mistakes: readonly string[]): void {
  process.stderr.write(mistakes.map((mistake) => `dsiem: ${mistake}\n`).join(''));
  process.stderr.write('dsiem: see dsiem --help\n');
  process.exitCode = OPERATOR_MISTAKE;
}

function reportWarnings(warnings: readonly OptionFault[]): void {
  const lines = warnings.map((warning) => `warning: ${formatOptionFault(warning)}\n`);
  process.stderr.write(lines.join(''));
}

/** A reader that went away (`dsiem check | head`) is no reason to fail, nor to stop an engine that still has work. */
function ignoreClosedPipe(error: Error): void {
  if ('code' in error && error.code === 'EPIPE') return;
  throw error;
}
