import type { ConfigurationFault } from '../config/configuration-fault.ts';

/** The configuration cannot be loaded; an operator has to put every one of its faults right. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly faults: readonly ConfigurationFault[];

  constructor(faults: readonly ConfigurationFault[]) {
    super('the configuration cannot be loaded');
    this.faults = faults;
  }
}
