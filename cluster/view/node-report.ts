import type { EngineGauges } from '../../actors/engine-port.ts';
import type { LedgerSummary } from '../../core/ledger/ledger.ts';
import type { AlarmStoreFigures } from '../../state/alarm-store.ts';
import type { ReloadView } from '../../server/schemas/reload.ts';
import type { Readiness } from '../../server/schemas/status.ts';

/** How a backend says that it does. */
export interface NodeReport {
  readonly version: string;
  /** Unix seconds. */
  readonly started: number;
  readonly ledger: LedgerSummary;
  readonly gauges: EngineGauges;
  readonly isOverloaded: boolean;
  readonly readiness: Readiness;
  readonly lastReload: ReloadView;
  readonly store: AlarmStoreFigures;
  readonly directiveIds: readonly number[];
}
