// Starts what the options ask for: a standalone engine, or a frontend or backend of a cluster (DESIGN §5).
import { join } from 'node:path';
import type Logger from 'bunyan';
import { formatFault } from '../config/configuration-fault.ts';
import { provideStarterConfiguration } from '../config/first-start.ts';
import type { Options } from '../config/options.ts';
import type { ReadOptionsResult } from '../config/read-options.ts';
import { startBackend } from './backend.ts';
import { ConfigurationError } from './configuration-error.ts';
import type { RunningEngine } from './engine-life.ts';
import { startFrontend } from './frontend.ts';
import { loadConfiguration, providePlugins } from './load-configuration.ts';
import { findPackageFolder } from './package-folder.ts';
import { startStandalone } from './standalone.ts';

/** What a start needs beside its options. */
export interface StartContext {
  readonly log: Logger;
  /** Called when something has been taken over that a stop has to save. */
  readonly onLocked: () => void;
}

/** Starts it; rejects with ConfigurationError, or with why it cannot start. */
export async function startNode(
  { options, sources }: ReadOptionsResult,
  { log, onLocked }: StartContext,
): Promise<RunningEngine> {
  if (options.mode === 'standalone') await copyStarter(options, log);
  const provided = await providePlugins(options.pluginDir, process.env);
  const input = { options, sources, provided, log, onLocked };
  switch (options.mode) {
    case 'cluster-backend':
      return startBackend(input);
    case 'cluster-frontend':
      return startFrontend(input);
    case 'standalone': {
      const { configuration, ...found } = await loadConfiguration(options.configDir, provided);
      for (const fault of found.warnings) log.warn({ fault: formatFault(fault) }, 'configuration');
      if (configuration === undefined) throw new ConfigurationError(found.faults);
      const { plugins } = provided;
      return startStandalone({ ...input, configuration, warnings: found.warnings, plugins });
    }
  }
}

async function copyStarter({ configDir }: Options, log: Logger): Promise<void> {
  const starterDir = join(findPackageFolder(), 'config', 'starter');
  try {
    const files = await provideStarterConfiguration(configDir, starterDir);
    if (files.length > 0) log.info({ folder: configDir, files }, 'the starter set was copied');
  } catch (err) {
    // What is missing then is reported when the folder is read.
    log.warn({ err, folder: configDir }, 'the starter set cannot be copied');
  }
}
