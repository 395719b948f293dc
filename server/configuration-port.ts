import type { ReloadReason } from './schemas/reload.ts';

/** What is wrong with one value of a configuration file, and where. */
export interface ConfigurationFault {
  readonly field: string;
  readonly problem: string;
  readonly got?: unknown;
}

/** The configuration folder as the server changes it; how files are read and written is not its business. */
export interface ConfigurationPort {
  /** The folder's path. */
  readonly folder: string;
  /** Every fault of a file of that name with that text, as deep as at start-up; empty when it can be used. */
  check(name: string, text: string): readonly ConfigurationFault[];
  /** Writes a file of the folder whole or not at all; rejects when it cannot. */
  write(name: string, text: string): Promise<void>;
  /** Has the engine go on with the folder as it is now; absent where the engine is another process. Never rejects. */
  reload?(reason: ReloadReason, by: string): Promise<unknown>;
}
