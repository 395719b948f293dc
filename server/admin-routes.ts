import type { EnginePort } from '../actors/engine-port.ts';
import type { EngineCounters } from '../core/ledger/engine-counters.ts';
import type { Ledger } from '../core/ledger/ledger.ts';
import type { AnyApiRoute } from './api-route.ts';
import type { AuditPort } from './audit.ts';
import type { Clock } from './clock.ts';
import type { ConfigurationAdmin, DirectiveSwitch } from './configuration-admin.ts';
import { backlogRoutes } from './routes/backlogs.ts';
import { configurationRoutes, type ConfigurationRoutesDeps } from './routes/configuration-files.ts';
import { directiveRoutes } from './routes/directives.ts';
import { optionRoutes } from './routes/options.ts';
import { statusRoutes, type ProcessFacts } from './routes/status.ts';
import type { OptionView } from './schemas/option.ts';
import type { Readiness } from './schemas/status.ts';

/** What an operator sees and changes. */
export interface AdminDeps {
  readonly engine: Omit<EnginePort, 'submit' | 'subscribe' | 'terminate' | 'setDirective'>;
  readonly configuration: ConfigurationAdmin;
  readonly switches: DirectiveSwitch;
  readonly counters: EngineCounters;
  readonly facts: ProcessFacts;
  readonly options: readonly OptionView[];
  readonly readiness: () => Readiness;
  readonly audit: AuditPort;
  readonly schemaOf: ConfigurationRoutesDeps['schemaOf'];
}

/** What the server itself adds to them. */
export interface ServerFacts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly isOverloaded: () => boolean;
  readonly epsLimit: () => number;
}

/** Status, directives, backlogs, options and configuration. */
export function adminRoutes(
  deps: AdminDeps,
  { ledger, clock, isOverloaded, epsLimit }: ServerFacts,
): readonly AnyApiRoute[] {
  return [
    ...statusRoutes({ ...deps, ledger, clock, isOverloaded, epsLimit }),
    ...directiveRoutes(deps),
    ...backlogRoutes(deps),
    ...optionRoutes(deps.options),
    ...configurationRoutes(deps),
  ];
}
