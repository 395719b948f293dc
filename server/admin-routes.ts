import type { EngineCounters } from '../core/ledger/engine-counters.ts';
import type { Ledger } from '../core/ledger/ledger.ts';
import type { AnyApiRoute } from './api-route.ts';
import type { AuditPort } from './audit.ts';
import type { Clock } from './clock.ts';
import type { ConfigurationAdmin, DirectiveSwitch } from './configuration-admin.ts';
import { backlogRoutes, type BacklogRoutesDeps } from './routes/backlogs.ts';
import { configurationRoutes, type ConfigurationRoutesDeps } from './routes/configuration-files.ts';
import { directiveRoutes, type DirectiveRoutesDeps } from './routes/directives.ts';
import { optionRoutes } from './routes/options.ts';
import { sessionRoutes, type PageOptions } from './routes/session.ts';
import { statusRoutes, type ProcessFacts, type StatusRoutesDeps } from './routes/status.ts';
import type { OptionView } from './schemas/option.ts';
import type { Readiness } from './schemas/status.ts';

/** What an operator sees and changes. */
export interface AdminDeps {
  readonly engine: StatusRoutesDeps['engine'] &
    DirectiveRoutesDeps['engine'] &
    BacklogRoutesDeps['engine'];
  readonly configuration: ConfigurationAdmin;
  readonly switches: DirectiveSwitch;
  readonly counters: EngineCounters;
  readonly store: StatusRoutesDeps['store'];
  readonly cluster?: StatusRoutesDeps['cluster'];
  /** Changes on their way to Elasticsearch; absent without one. */
  readonly mirror?: StatusRoutesDeps['mirror'];
  readonly facts: ProcessFacts;
  readonly options: readonly OptionView[];
  readonly readiness: () => Readiness;
  /** What the web page is told of the options. */
  readonly page: PageOptions;
  readonly audit: AuditPort;
  readonly schemaOf: ConfigurationRoutesDeps['schemaOf'];
}

/** What the server itself adds to them. */
export interface ServerFacts {
  readonly ledger: Ledger;
  readonly options: { readonly writableConfig: boolean };
  readonly clock: Clock;
  readonly isOverloaded: () => boolean;
  readonly epsLimit: () => number;
}

/** Status, sessions, directives, backlogs, options and configuration. */
export function adminRoutes(
  deps: AdminDeps,
  { ledger, options, clock, isOverloaded, epsLimit }: ServerFacts,
): readonly AnyApiRoute[] {
  return [
    ...statusRoutes({ ...deps, ledger, clock, isOverloaded, epsLimit }),
    ...sessionRoutes({ ...deps, writableConfig: options.writableConfig, clock }),
    ...directiveRoutes(deps),
    ...backlogRoutes(deps),
    ...optionRoutes(deps.options),
    ...configurationRoutes(deps),
  ];
}
