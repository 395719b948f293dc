import type { FrontendPublisher } from '../cluster/frontend-publisher.ts';
import type { ReadinessReason } from '../cluster/readiness.ts';
import type { SharingRule } from '../cluster/sharing-rule.ts';
import type { UnheldEvents } from '../cluster/unheld-events.ts';
import type { Configuration } from '../config/configuration.ts';
import type { Ledger } from '../core/ledger/ledger.ts';
import type { ClusterLink } from './cluster-link.ts';
import type { NodeInput } from './node-input.ts';
import type { OpenedAccess } from './open-access.ts';
import type { LifePhase } from './readiness.ts';

/** What a frontend is made of before it listens. */
export interface FrontendParts {
  readonly input: NodeInput;
  readonly ledger: Ledger;
  readonly access: OpenedAccess;
  readonly cluster: ClusterLink;
  readonly publisher: FrontendPublisher;
  readonly sharing: SharingRule;
  readonly unheldEvents: UnheldEvents;
  /** Why no event can be taken now; undefined when they can. */
  readonly notReady: () => ReadinessReason | undefined;
  readonly isOverloaded: () => boolean;
  /** What the folder held at the start; undefined when it cannot be loaded, which is no reason not to start. */
  readonly configuration: Configuration | undefined;
  readonly phase: () => LifePhase;
}
