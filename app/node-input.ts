import type Logger from 'bunyan';
import type { OptionSources } from '../config/option-rules.ts';
import type { Options } from '../config/options.ts';
import type { ProvidedPlugins } from './load-configuration.ts';

/** What a node of a cluster is started with. */
export interface NodeInput {
  readonly options: Options;
  readonly sources: OptionSources;
  readonly provided: ProvidedPlugins;
  readonly log: Logger;
  /** Called when the log directory is ours: from here on a start must be ended by a stop. */
  readonly onLocked: () => void;
}
