import { formatFault, type ConfigurationFault } from '../../config/configuration-fault.ts';
import type { ConfigurationResult } from '../../config/configuration.ts';
import { loadConfiguration, providePlugins } from '../load-configuration.ts';

/** What is checked, and how it is reported. */
export interface CheckRequest {
  readonly folder: string;
  /** Folder of look-up plugins; empty: none. */
  readonly pluginDir: string;
  /** One JSON document instead of text. */
  readonly json: boolean;
}

/**
 * Checks a configuration folder without starting anything and prints what it found: faults on stderr, all else on
 * stdout. Whether the folder could be loaded.
 */
export async function check({ folder, pluginDir, json }: CheckRequest): Promise<boolean> {
  const result = await loadConfiguration(folder, await providePlugins(pluginDir, process.env));
  const isLoadable = result.configuration !== undefined;
  if (json) process.stdout.write(`${JSON.stringify(describe(folder, result))}\n`);
  else report(folder, result);
  return isLoadable;
}

function report(folder: string, { configuration, faults, warnings }: ConfigurationResult): void {
  process.stderr.write(toLines('error', faults));
  process.stdout.write(toLines('warning', warnings));
  if (configuration === undefined) {
    const count = countOf(faults.length, 'error');
    process.stderr.write(`${folder}: ${count}, ${countOf(warnings.length, 'warning')}\n`);
    return;
  }
  const { directives, files, intelSources, vulnSources } = configuration;
  const parts = [
    countOf(files.length, 'file'),
    countOf(directives.length, 'directive'),
    countOf(intelSources.length, 'intel source'),
    countOf(vulnSources.length, 'vuln source'),
    countOf(warnings.length, 'warning'),
  ];
  process.stdout.write(`${folder}: valid, ${parts.join(', ')}\n`);
}

function toLines(level: string, faults: readonly ConfigurationFault[]): string {
  return faults.map((fault) => `${level}: ${formatFault(fault)}\n`).join('');
}

function countOf(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function describe(
  folder: string,
  { configuration, faults, warnings }: ConfigurationResult,
): unknown {
  return {
    folder,
    valid: configuration !== undefined,
    ...(configuration !== undefined && {
      directives: configuration.directives.length,
      intel_sources: configuration.intelSources.length,
      vuln_sources: configuration.vulnSources.length,
      files: configuration.files,
    }),
    errors: faults.map((fault) => ({ ...fault, text: formatFault(fault) })),
    warnings: warnings.map((fault) => ({ ...fault, text: formatFault(fault) })),
  };
}
